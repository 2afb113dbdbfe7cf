# frozen_string_literal: true

# A software FIDO2 authenticator for tests: the client of stuntkey's HTTP door. Ruby 3.0 or later, this file only, standard library only.
#
# Where a parameter is called options, it is a Hash, or JSON as text. Answers are Hashes with the names of the JSON, as strings.

require "json"
require "net/http"
require "openssl"
require "timeout"
require "uri"

module Stuntkey
  # There is no door: it could not be started, or does not answer.
  class NotReachable < StandardError; end

  # The door refused a request. +code+ is stable, for programs.
  class DoorError < StandardError
    # +status+ is HTTP's; +way_out+ says what helps, and is nil where the message says it.
    attr_reader :status, :name, :code, :way_out

    def initialize(status, error)
      @status = status
      @name, @code, @way_out = error.values_at("name", "code", "wayOut")
      super(text_of(error))
    end

    private

    def text_of(error) = "#{error["code"]}: #{error["message"]}"
  end

  # A ceremony, or a command of the device, was refused. +name+ is that of the error that a page would get.
  class Refused < DoorError
    # +ctap_status+ is such as CTAP2_ERR_NO_CREDENTIALS; +trace+ is the number of the ceremony in the authenticator's traces.
    attr_reader :reason, :step, :ctap_status, :trace

    def initialize(status, error)
      @reason, @step, @ctap_status, @trace = error.values_at("reason", "step", "status", "trace")
      super
    end

    private

    def text_of(error)
      message, step, reason, way_out = error.values_at("message", "step", "reason", "wayOut")
      lines = ["#{error["name"]}: #{message}"]
      lines << "at: #{step}" if step
      lines << "because: #{reason}" if reason && reason != message
      lines << "what helps: #{way_out}" if way_out
      lines.join("\n")
    end
  end

  # Requests to a door. Threads may share one: each has a connection of its own.
  class Door
    attr_reader :url, :token

    # +ca_file+ is a certificate to trust, in PEM; +timeout+ is in seconds: a ceremony may wait for a person.
    def initialize(url, token, ca_file: nil, timeout: 60)
      @at = URI.parse(url)
      raise ArgumentError, "url: expected one such as http://127.0.0.1:8100, got #{url.inspect}" unless @at.is_a?(URI::HTTP)

      @url = url.chomp("/")
      @token = token
      @ca_file = ca_file
      @timeout = timeout
    end

    # Any request that docs/http.md describes; +body+ is sent as JSON. Returns the answer's JSON, nil where there is none.
    def request(method, path, body = nil, query = {})
      request = Net::HTTPGenericRequest.new(method, !body.nil?, true, path + search(query))
      request["authorization"] = "Bearer #{@token}"
      unless body.nil?
        request["content-type"] = "application/json"
        request.body = JSON.generate(body)
      end
      response = connection.request(request)
      value = json_of(response.body)
      raise error_of(response.code.to_i, value) if response.code.to_i >= 400

      value
    rescue SystemCallError, SocketError, IOError, Timeout::Error, OpenSSL::SSL::SSLError, Net::ProtocolError => e
      raise NotReachable, "expected a door at #{@url}, got #{e.message}"
    end

    private

    # (Net::HTTP opens another connection by itself where one was idle for two seconds; the door closes it after five.)
    def connection
      open = Thread.current.thread_variable_get(:"stuntkey_#{object_id}")
      return open if open&.started?

      http = Net::HTTP.new(@at.hostname, @at.port, nil)
      http.use_ssl = @at.scheme == "https"
      http.ca_file = @ca_file if @ca_file
      http.read_timeout = @timeout
      http.keep_alive_timeout = 2
      http.max_retries = 0
      Thread.current.thread_variable_set(:"stuntkey_#{object_id}", http.start)
      http
    end

    def search(query)
      given = query.compact
      given.empty? ? "" : "?#{URI.encode_www_form(given)}"
    end

    def json_of(text)
      text.nil? || text.empty? ? nil : JSON.parse(text)
    rescue JSON::ParserError
      nil
    end

    def error_of(status, value)
      error = value["error"] if value.is_a?(Hash)
      error ||= { "name" => "Error", "code" => "no-answer", "message" => "expected JSON, got status #{status}" }
      refused = status == 403 && !%w[from-a-page no-right].include?(error["code"])
      (refused ? Refused : DoorError).new(status, error)
    end
  end

  # A door, and the authenticators behind it.
  class Server
    # +device+ is the door's own, which keeps what it has.
    attr_reader :door, :device

    def initialize(door, input = nil, process = nil)
      @door = door
      @device = Authenticator.new(door)
      @input = input
      @process = process
    end

    # Makes an authenticator with a name, a person and a store of its own, which is in memory: +name+, +model+, +policy+, +user+, +seed+.
    # +origin+ is where its ceremonies are, if they do not say it. With a block it is forgotten afterwards.
    def authenticator(origin: nil, **given)
      made = Authenticator.new(@door, @door.request("POST", "/authenticators", given)["name"], origin)
      return made unless block_given?

      begin
        yield made
      ensure
        made.close
      end
    end

    # Says what a blob is, and what is in it: kind, value, text.
    def decode(value, **how) = @door.request("POST", "/decode", { value: value, **how })

    # Judges a response as a relying party does, check by check; +credential+ is from the verdict about the registration.
    def verify(response, options, origins, **expected)
      body = { response: response, options: Stuntkey.hash_of(options), origins: origins, **expected }
      @door.request("POST", "/verify", body)
    end

    # Converts credentials from one format to another.
    def convert(value, from, to) = @door.request("POST", "/convert", { from: from, to: to, value: value })["value"]

    # Stops the door, if Stuntkey.start has started it.
    def close
      return if @process.nil?

      @input.close
      return if @process.join(15)

      Process.kill("KILL", @process.pid)
      @process.join
    end
  end

  # The person in front of an authenticator. What is not said is approved.
  #
  # +presence+: approve, decline, ignore. +verification+: these, or fail. +account+: a user's name, or its place, 0 being the newest. +pin+: a
  # text, or nil for a dialog that is closed.
  class User
    def initialize(door, path)
      @door = door
      @path = path
    end

    # Says how the person behaves from now on.
    def use(**script) = @door.request("PUT", "#{@path}/user", script)

    # Says what the person does once, at the next prompt of that kind; further calls queue up.
    def next(**script) = @door.request("POST", "#{@path}/user/next", script)

    # Makes the person approve everything again.
    def reset = @door.request("DELETE", "#{@path}/user")
  end

  # One authenticator.
  class Authenticator
    attr_reader :name, :origin, :user

    def initialize(door, name = nil, origin = nil)
      @door = door
      @name = name
      @origin = origin
      @path = name.nil? ? "" : "/authenticators/#{URI.encode_www_form_component(name).gsub("+", "%20")}"
      @user = User.new(door, @path)
    end

    # Registers: what navigator.credentials.create() does in a page at +origin+. Raises Refused as a page would be refused.
    def create(options, origin: @origin, **how) = ceremony("/create", options, origin, how)

    # Signs in: what navigator.credentials.get() does. +mediation+, +topOrigin+ and the like go by their names.
    def get(options, origin: @origin, **how) = ceremony("/get", options, origin, how)

    # Makes the next ceremony of the fault's kind wrong, such as signature-from-other-key; docs/faults.md has all.
    def fault(fault, **given) = ask("POST", "/faults/next", { fault: fault, **given })

    def forget_faults = ask("DELETE", "/faults/next")

    # All credentials, page by page, without their secrets.
    def credentials(rp_id = nil)
      return enum_for(:credentials, rp_id) unless block_given?

      after = nil
      loop do
        page = ask("GET", "/credentials", nil, { rpId: rp_id, after: after })
        page["credentials"].each { |one| yield one }
        after = page["next"] or return
      end
    end

    # Changes +signCount+, +userName+, +userDisplayName+, +backupEligible+, +backupState+.
    def change(id, **changes) = ask("PATCH", "/credentials/#{id}", changes)

    def delete(id) = ask("DELETE", "/credentials/#{id}")

    # Brings the credential back that was deleted last.
    def restore(id) = ask("POST", "/credentials/#{id}/restore")

    def import_credentials(value, format = "stuntkey", **known)
      ask("POST", "/credentials", { format: format, value: value, **known })["credentials"]
    end

    # Credentials with their private keys. The token needs the right +keys+.
    def export(format = "stuntkey") = ask("GET", "/export", nil, { format: format })["value"]

    # Sets the first PIN; or another, with the one that is set.
    def set_pin(new_pin, pin = nil) = ask("PUT", "/pin", { newPin: new_pin, pin: pin }.compact)

    def pin = ask("GET", "/pin")

    def power_cycle = ask("POST", "/power-cycle")

    def reset = ask("POST", "/reset")

    def info = ask("GET", "/info")

    # The last ceremonies in a few words each, the newest first.
    def traces = ask("GET", "/traces")["traces"]

    # A ceremony in whole; without a number the newest. trace["text"] is for people.
    def trace(number = nil)
      number ||= (traces.first or raise IndexError, "this authenticator has had no ceremony yet")["number"]
      ask("GET", "/traces/#{number}")
    end

    # Takes it off the door, with all that it has. Only for one with a name.
    def forget
      raise ArgumentError, "expected an authenticator with a name, got the door's own device" if @name.nil?

      ask("DELETE", "")
    end

    # Forgets it, if it has a name.
    def close = @name.nil? ? nil : forget

    private

    def ceremony(what, options, origin, how)
      raise ArgumentError, "origin: expected one such as https://login.example.com, got none" if origin.nil?

      ask("POST", what, { origin: origin, options: Stuntkey.hash_of(options), **how })
    end

    def ask(method, rest, body = nil, query = {}) = @door.request(method, @path + rest, body, query)
  end

  class << self
    # The door of all tests of this process: connect at the first call. What that starts ends with the process.
    def server
      LOCK.synchronize { @server ||= connect }
    end

    # The door that STUNTKEY_URL and STUNTKEY_TOKEN name, or else one that is started. With a block it is closed afterwards.
    def connect(&block)
      url, token = ENV.values_at("STUNTKEY_URL", "STUNTKEY_TOKEN")
      url && token ? used(Server.new(Door.new(url, token)), &block) : start(&block)
    end

    # Runs `stuntkey serve --http`, with a device in memory unless the arguments name a store. +command+ is what stuntkey is; else
    # STUNTKEY_COMMAND, or `stuntkey` in PATH or node_modules. With a block it is stopped afterwards. It ends with this process, too.
    def start(*arguments, command: nil, ca_file: nil, &block)
      store = arguments.include?("--store") ? [] : ["--store", ":memory:"]
      words = [*(command || words_of_command), "serve", "--http", "--json", "--until-stdin-ends", *store, *arguments]
      told, input, process = run(words)
      token = told["token"] || ENV["STUNTKEY_TOKEN"]
      if token.nil?
        input.close
        raise NotReachable, "--token-file: expected STUNTKEY_TOKEN in the environment beside it"
      end
      used(Server.new(Door.new(told["url"], token, ca_file: ca_file), input, process), &block)
    end

    # A Hash, or JSON as text.
    def hash_of(options) = options.is_a?(String) ? JSON.parse(options) : options

    private

    def used(server)
      return server unless block_given?

      begin
        yield server
      ensure
        server.close
      end
    end

    def words_of_command
      given = ENV.fetch("STUNTKEY_COMMAND", "").split
      return given unless given.empty?

      folders = [*ENV.fetch("PATH", "").split(File::PATH_SEPARATOR), File.join("node_modules", ".bin")]
      names = RUBY_PLATFORM.match?(/mswin|mingw/) ? ["stuntkey.cmd"] : ["stuntkey"]
      found = folders.product(names).map { |parts| File.join(*parts) }.find { |file| File.executable?(file) }
      return [found] if found

      raise NotReachable, "expected stuntkey in PATH or node_modules, got none: npm install stuntkey, or say where it is in STUNTKEY_COMMAND"
    end

    # Starts it, and waits for the line that says where it is.
    def run(words)
      theirs, input = IO.pipe
      output, theirs_out = IO.pipe
      process = Process.detach(spawn(*words, in: theirs, out: theirs_out))
      [theirs, theirs_out].each(&:close)
      while (line = output.gets)
        told = line.start_with?("{") ? JSON.parse(line) : {}
        next unless told["url"]

        # What it says from now on must not fill the pipe. The thread keeps the other pipe, whose end would stop the door.
        Thread.new { output.each_line { input } }
        return [told, input, process]
      end
      raise NotReachable, "expected #{words.join(" ")} to start, got its end with status #{process.value.exitstatus}"
    rescue SystemCallError => e
      raise NotReachable, "expected #{words.join(" ")} to start, got #{e.message}"
    end
  end

  LOCK = Mutex.new
  private_constant :LOCK
end
