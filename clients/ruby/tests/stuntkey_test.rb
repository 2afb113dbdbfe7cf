# frozen_string_literal: true

# The client before a door that it starts itself: STUNTKEY_COMMAND says what stuntkey is.
require "minitest/autorun"
require_relative "../stuntkey"

class StuntkeyTest < Minitest::Test
  ORIGIN = "https://example.com"
  CREATION = {
    rp: { name: "Example", id: "example.com" },
    user: { id: "YWRh", name: "ada", displayName: "Ada" },
    challenge: "Y2hhbGxlbmdl",
    pubKeyCredParams: [{ type: "public-key", alg: -7 }],
    authenticatorSelection: { residentKey: "required" }
  }.freeze
  REQUEST = { challenge: "Y2hhbGxlbmdl", rpId: "example.com" }.freeze

  def setup = @key = server.authenticator(origin: ORIGIN)

  def teardown = @key.close

  def server = Stuntkey.server

  def register = server.verify(@key.create(CREATION), CREATION, [ORIGIN])

  def sign_in(record) = server.verify(@key.get(REQUEST), REQUEST, [ORIGIN], credential: record)

  def test_registers_and_signs_in
    registered = register
    assert registered["verified"]
    assert sign_in(registered["credential"])["verified"]
  end

  def test_takes_options_as_text
    assert_equal "public-key", @key.create(JSON.generate({ publicKey: CREATION }))["type"]
    assert_raises(JSON::ParserError) { @key.create('{"rp":') }
  end

  def test_says_how_the_page_calls
    refusal = assert_raises(Stuntkey::Refused) { @key.create(CREATION, origin: "https://example.org") }
    assert_equal "SecurityError", refusal.name
    assert_nil @key.get(REQUEST, mediation: "silent")
  end

  def test_a_refusal_says_what_a_page_would_get_and_what_it_would_not
    refusal = assert_raises(Stuntkey::Refused) { @key.get(REQUEST) }
    assert_equal ["NotAllowedError", "not-allowed", 403], [refusal.name, refusal.code, refusal.status]
    assert_equal "CTAP2_ERR_NO_CREDENTIALS", refusal.ctap_status
    assert_includes refusal.way_out, "register first"
    assert_match(/\ANotAllowedError: .*\nat: .*\nbecause: .*\nwhat helps: /m, refusal.message)
    assert_includes @key.trace(refusal.trace)["text"], "NotAllowedError"
  end

  def test_the_person_does_as_told
    @key.create(CREATION)
    @key.user.next(presence: "decline")
    assert_raises(Stuntkey::Refused) { @key.get(REQUEST) }
    assert_equal "public-key", @key.get(REQUEST)["type"]
    @key.user.use(presence: "decline")
    2.times { assert_raises(Stuntkey::Refused) { @key.get(REQUEST) } }
    @key.user.reset
    @key.get(REQUEST)
    @key.user.next(pin: nil)
  end

  def test_a_fault_is_one_ceremonys
    record = register["credential"]
    @key.fault("signature-from-other-key")
    assert_equal "authentication.signature", sign_in(record)["failed"]["name"]
    assert sign_in(record)["verified"]
    @key.fault("signature-from-other-key")
    @key.forget_faults
    assert sign_in(record)["verified"]
  end

  def test_credentials_are_listed_changed_deleted_and_brought_back
    Stuntkey.start("--token-rights", "keys") do |open|
      one = open.authenticator(origin: ORIGIN)
      id = one.create(CREATION)["id"]
      assert_equal([id], one.credentials("example.com").map { |each| each["id"] })
      assert_equal 7, one.change(id, signCount: 7)["signCount"]
      one.delete(id)
      assert_empty one.credentials.to_a
      assert_equal 7, one.restore(id)["signCount"]
      exported = one.export("playwright")
      open.authenticator(name: "an-other.one") do |other|
        assert_equal id, other.import_credentials(exported, "playwright").first["id"]
      end
      assert open.convert(exported, "playwright", "cxf").key?("accounts")
      assert open.decode("oA")["kind"]
    end
  end

  def test_pages_of_credentials_are_walked
    (100..202).each do |number|
      @key.create({ **CREATION, user: { id: "YWR#{number}A", name: "x", displayName: "x" } })
    end
    assert_equal 103, @key.credentials("example.com").count
  end

  def test_has_a_pin
    @key.set_pin("123456")
    refusal = assert_raises(Stuntkey::Refused) { @key.set_pin("654321", "000000") }
    assert_equal "CTAP2_ERR_PIN_INVALID", refusal.ctap_status
    assert_equal 7, @key.pin["retries"]
    @key.power_cycle
    @key.reset
    refute @key.pin["set"]
    assert @key.info["ctap2"]
  end

  def test_threads_share_a_door
    kinds = Array.new(8) do
      Thread.new do
        server.authenticator(origin: ORIGIN) do |own|
          own.create(CREATION)
          own.get(REQUEST)["type"]
        end
      end
    end.map(&:value)
    assert_equal ["public-key"] * 8, kinds
  end

  def test_what_is_wrong_is_said
    error = assert_raises(Stuntkey::DoorError) { @key.user.next(presense: "decline") }
    assert_includes error.message, "did you mean presence"
    assert_equal "unknown-fault", assert_raises(Stuntkey::DoorError) { @key.fault("nonsense") }.code
    assert_raises(ArgumentError) { server.device.create(CREATION) }
    assert_raises(ArgumentError) { server.device.forget }
    assert_raises(IndexError) { @key.trace }
    wrong = Stuntkey::Server.new(Stuntkey::Door.new(server.door.url, "another-token-altogether"))
    assert_equal "bad-token", assert_raises(Stuntkey::DoorError) { wrong.device.info }.code
    nowhere = Stuntkey::Server.new(Stuntkey::Door.new("http://127.0.0.1:9", "x" * 16))
    assert_raises(Stuntkey::NotReachable) { nowhere.device.info }
    assert_raises(ArgumentError) { Stuntkey::Door.new("nowhere", "x") }
    assert_match(/status 2/, assert_raises(Stuntkey::NotReachable) { Stuntkey.start("--no-such-flag") }.message)
    assert_raises(Stuntkey::NotReachable) { Stuntkey.start(command: ["/no/such/program"]) }
  end

  def test_is_found_by_the_environment
    ENV.update("STUNTKEY_URL" => server.door.url, "STUNTKEY_TOKEN" => server.door.token)
    Stuntkey.connect { |again| assert_equal "stuntkey", again.device.info["name"] }
    # It was not started by this one, so it is still there.
    assert_equal "stuntkey", server.device.info["name"]
  ensure
    %w[STUNTKEY_URL STUNTKEY_TOKEN].each { |name| ENV.delete(name) }
  end
end
