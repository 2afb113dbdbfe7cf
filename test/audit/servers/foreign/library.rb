# The gem webauthn as its README shows it, asked in JSON, a line a question.
require 'json'
require 'webauthn'

rp_id, origin = ARGV
WebAuthn.configure do |config|
  config.respond_to?(:allowed_origins=) ? config.allowed_origins = [origin] : config.origin = origin
  config.rp_name = 'Example'
  config.rp_id = rp_id
end

$stdout.sync = true
$stdin.each_line do |line|
  question = JSON.parse(line)
  response, challenge = question.values_at('response', 'challenge')
  said =
    begin
      if question['do'] == 'register'
        credential = WebAuthn::Credential.from_create(response)
        credential.verify(challenge)
        { said: { id: credential.id, key: credential.public_key, counter: credential.sign_count } }
      else
        kept = question['kept']
        credential = WebAuthn::Credential.from_get(response)
        credential.verify(challenge, public_key: kept['key'], sign_count: kept['counter'])
        { said: { counter: credential.sign_count } }
      end
    rescue WebAuthn::Error => e
      { refused: "#{e.class}: #{e.message}".scrub[0, 300] }
    rescue StandardError, SystemStackError => e # What an application is not told to rescue is a status of 500.
      { broke: "#{e.class}: #{e.message}".scrub[0, 300] }
    end
  puts said.to_json
end
