# Authen::WebAuthn as its documentation shows it, asked in JSON, a line a question.
use strict;
use warnings;
use Authen::WebAuthn;
use JSON;

my ( $rp_id, $origin ) = @ARGV;
my $rp   = Authen::WebAuthn->new( rp_id => $rp_id, origin => $origin );
my $json = JSON->new->utf8;
$| = 1;

sub register {
    my ($question) = @_;
    my $response = $question->{response}->{response};
    my $result = $rp->validate_registration(
        challenge_b64          => $question->{challenge},
        requested_uv           => 'preferred',
        client_data_json_b64   => $response->{clientDataJSON},
        attestation_object_b64 => $response->{attestationObject},
    );
    return {
        id      => $result->{credential_id},
        key     => $result->{credential_pubkey},
        counter => $result->{signature_count} + 0,
    };
}

sub sign_in {
    my ($question) = @_;
    my $response = $question->{response}->{response};
    my $result = $rp->validate_assertion(
        challenge_b64          => $question->{challenge},
        credential_pubkey_b64  => $question->{kept}->{key},
        stored_sign_count      => $question->{kept}->{counter},
        requested_uv           => 'preferred',
        client_data_json_b64   => $response->{clientDataJSON},
        authenticator_data_b64 => $response->{authenticatorData},
        signature_b64          => $response->{signature},
    );
    return { counter => $result->{signature_count} + 0 };
}

while ( my $line = <STDIN> ) {
    my $said = eval {
        my $question = $json->decode($line);
        $question->{do} eq 'register' ? register($question) : sign_in($question);
    };
    # What the library dies of is its refusal.
    print $json->encode( $said ? { said => $said } : { refused => substr( "$@", 0, 300 ) } ), "\n";
}
