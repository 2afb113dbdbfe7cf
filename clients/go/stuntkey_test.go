// The client before a door that it starts itself: STUNTKEY_COMMAND says what stuntkey is.
package stuntkey

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

const origin = "https://example.com"

var (
	creation = map[string]any{
		"rp":                     map[string]any{"name": "Example", "id": "example.com"},
		"user":                   map[string]any{"id": "YWRh", "name": "ada", "displayName": "Ada"},
		"challenge":              "Y2hhbGxlbmdl",
		"pubKeyCredParams":       []any{map[string]any{"type": "public-key", "alg": -7}},
		"authenticatorSelection": map[string]any{"residentKey": "required"},
	}
	request = `{"challenge":"Y2hhbGxlbmdl","rpId":"example.com"}`
)

// must is a value without its error, which ends the test.
func must[T any](t *testing.T) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same(t *testing.T, got, expected any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(expected) {
		t.Fatalf("expected %v, got %v", expected, got)
	}
}

func newKey(t *testing.T) *Authenticator { return ForTest(t, Given{Origin: origin}) }

func register(t *testing.T, key *Authenticator) Verdict {
	t.Helper()
	response := must[*Response](t)(key.Create(creation))
	return must[Verdict](t)(shared.Verify(response, creation, []string{origin}, nil))
}

func signIn(t *testing.T, key *Authenticator, credential json.RawMessage) Verdict {
	t.Helper()
	response := must[*Response](t)(key.Get(request))
	return must[Verdict](t)(shared.Verify(response, request, []string{origin}, credential))
}

func refused(t *testing.T, err error) *Refused {
	t.Helper()
	var refusal *Refused
	if !errors.As(err, &refusal) {
		t.Fatalf("expected a refusal, got %v", err)
	}
	return refusal
}

func TestRegistersAndSignsIn(t *testing.T) {
	key := newKey(t)
	registered := register(t, key)
	same(t, registered.Verified, true)
	same(t, signIn(t, key, registered.Credential).Verified, true)
}

func TestTakesOptionsAsTextBytesOrValues(t *testing.T) {
	key := newKey(t)
	text := must[[]byte](t)(json.Marshal(creation))
	for _, options := range []any{text, string(text), map[string]any{"publicKey": creation}} {
		if response := must[*Response](t)(key.Create(options)); len(response.ID) < 16 || !strings.Contains(string(response.JSON), response.ID) {
			t.Fatal(response)
		}
	}
	if _, err := key.Create(`{"rp":`); err == nil || !strings.Contains(err.Error(), "JSON") {
		t.Fatal(err)
	}
}

func TestSaysHowThePageCalls(t *testing.T) {
	key := newKey(t)
	_, err := key.Create(creation, How{Origin: "https://example.org"})
	same(t, refused(t, err).Name, "SecurityError")
	register(t, key)
	response := must[*Response](t)(key.Get(request, How{CrossOrigin: true, TopOrigin: "https://example.com", Mediation: "optional"}))
	same(t, len(response.ID) > 0, true)
	silent := must[*Response](t)(key.Get(`{"challenge":"Y2hhbGxlbmdl","rpId":"example.com"}`, How{Mediation: "silent"}))
	same(t, string(silent.JSON), "null")
}

func TestARefusalSaysWhatAPageWouldGetAndWhatItWouldNot(t *testing.T) {
	key := newKey(t)
	_, err := key.Get(request)
	refusal := refused(t, err)
	same(t, []any{refusal.Name, refusal.Code, refusal.HTTPStatus}, []any{"NotAllowedError", "not-allowed", 403})
	same(t, refusal.CtapStatus, "CTAP2_ERR_NO_CREDENTIALS")
	for _, part := range []string{"NotAllowedError: ", "\nat: ", "\nbecause: ", "\nwhat helps: "} {
		if !strings.Contains(err.Error(), part) {
			t.Fatalf("expected %q in %v", part, err)
		}
	}
	trace := must[Trace](t)(key.Trace(refusal.Trace))
	same(t, strings.Contains(trace.Text, "NotAllowedError"), true)
	var door *DoorError
	same(t, errors.As(err, &door) && door.Code == "not-allowed", true)
}

func TestThePersonDoesAsTold(t *testing.T) {
	key := newKey(t)
	credential := register(t, key).Credential
	ok(t, key.User.Next(Script{Presence: "decline"}))
	_, err := key.Get(request)
	same(t, refused(t, err).Name, "NotAllowedError")
	same(t, signIn(t, key, credential).Verified, true)
	ok(t, key.User.Use(Script{Presence: "decline"}))
	for time := 0; time < 2; time++ {
		_, err := key.Get(request)
		refused(t, err)
	}
	ok(t, key.User.Reset())
	same(t, signIn(t, key, credential).Verified, true)
	ok(t, key.User.Next(Script{PIN: json.RawMessage("null"), Account: 0}))
}

func TestAFaultIsOneCeremonys(t *testing.T) {
	key := newKey(t)
	credential := register(t, key).Credential
	ok(t, key.Fault("signature-from-other-key"))
	same(t, signIn(t, key, credential).Failed.Name, "authentication.signature")
	same(t, signIn(t, key, credential).Verified, true)
	ok(t, key.Fault("signature-from-other-key"))
	ok(t, key.ForgetFaults())
	same(t, signIn(t, key, credential).Verified, true)
}

func TestCredentialsAreListedChangedDeletedAndBroughtBack(t *testing.T) {
	server := must[*Server](t)(Start("--token-rights", "keys"))
	defer server.Close()
	key := must[*Authenticator](t)(server.Authenticator(Given{Origin: origin}))
	other := must[*Authenticator](t)(server.Authenticator(Given{Name: "an-other.one"}))
	id := must[*Response](t)(key.Create(creation)).ID
	list := must[[]Credential](t)(key.Credentials("example.com"))
	same(t, []any{len(list), list[0].ID, list[0].RpID, list[0].UserName}, []any{1, id, "example.com", "ada"})
	same(t, must[Credential](t)(key.Change(id, map[string]any{"signCount": 7})).SignCount, 7)
	ok(t, key.Delete(id))
	same(t, len(must[[]Credential](t)(key.Credentials(""))), 0)
	same(t, must[Credential](t)(key.Restore(id)).SignCount, 7)
	exported := must[json.RawMessage](t)(key.Export("playwright"))
	same(t, must[[]Credential](t)(other.ImportCredentials(exported, "playwright"))[0].ID, id)
	converted := must[json.RawMessage](t)(server.Convert(exported, "playwright", "cxf"))
	same(t, strings.Contains(string(converted), `"accounts"`), true)
	same(t, must[map[string]any](t)(server.Decode("oA"))["kind"] != nil, true)
}

func TestPagesOfCredentialsAreWalked(t *testing.T) {
	key := newKey(t)
	for number := 100; number < 203; number++ {
		options := map[string]any{}
		for name, value := range creation {
			options[name] = value
		}
		options["user"] = map[string]any{"id": fmt.Sprintf("YWR%dA", number), "name": "x", "displayName": "x"}
		must[*Response](t)(key.Create(options))
	}
	same(t, len(must[[]Credential](t)(key.Credentials("example.com"))), 103)
}

func TestHasAPIN(t *testing.T) {
	key := newKey(t)
	ok(t, key.SetPIN("123456", ""))
	same(t, refused(t, key.SetPIN("654321", "000000")).CtapStatus, "CTAP2_ERR_PIN_INVALID")
	pin, err := key.PIN()
	ok(t, err)
	same(t, []any{pin.Set, pin.Retries}, []any{true, 7})
	ok(t, key.PowerCycle())
	ok(t, key.Reset())
	pin, err = key.PIN()
	ok(t, err)
	same(t, pin.Set, false)
	same(t, must[map[string]any](t)(key.Info())["ctap2"], true)
}

func TestGoroutinesShareADoor(t *testing.T) {
	for number := 0; number < 8; number++ {
		t.Run(fmt.Sprint(number), func(t *testing.T) {
			t.Parallel()
			key := newKey(t)
			same(t, signIn(t, key, register(t, key).Credential).Verified, true)
		})
	}
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	key := newKey(t)
	code := func(err error) string {
		t.Helper()
		var door *DoorError
		if !errors.As(err, &door) {
			t.Fatal(err)
		}
		return door.Code
	}
	err := key.User.Next(Script{Presence: "declined"})
	same(t, []any{code(err), strings.Contains(err.Error(), "did you mean decline")}, []any{"bad-body", true})
	same(t, code(key.Fault("nonsense")), "unknown-fault")
	_, err = shared.Device.Create(creation)
	same(t, strings.HasPrefix(err.Error(), "Origin: expected"), true)
	same(t, strings.Contains(shared.Device.Forget().Error(), "with a name"), true)
	_, err = key.Trace(0)
	same(t, strings.Contains(err.Error(), "no ceremony"), true)
	_, err = NewServer(NewDoor(shared.Door.URL, "another-token-altogether")).Device.Info()
	same(t, code(err), "bad-token")
	var nowhere *NotReachable
	_, err = NewServer(NewDoor("http://127.0.0.1:9", "xxxxxxxxxxxxxxxx")).Device.Info()
	same(t, errors.As(err, &nowhere), true)
	_, err = Start("--no-such-flag")
	same(t, errors.As(err, &nowhere) && strings.Contains(err.Error(), "exit status 2"), true)
	t.Setenv("STUNTKEY_COMMAND", "/no/such/program")
	_, err = Start()
	same(t, errors.As(err, &nowhere), true)
}

func TestConnectTakesTheDoorOfTheEnvironment(t *testing.T) {
	newKey(t)
	t.Setenv("STUNTKEY_URL", shared.Door.URL+"/")
	t.Setenv("STUNTKEY_TOKEN", shared.Door.Token)
	server := must[*Server](t)(Connect())
	same(t, must[map[string]any](t)(server.Device.Info())["name"], "stuntkey")
	server.Close()
	// It was not started by this one, so it is still there.
	same(t, must[map[string]any](t)(shared.Device.Info())["name"], "stuntkey")
}

// With STUNTKEY_FAIL the test fails, and shows its last ceremony.
func TestAFailureShowsTheLastCeremony(t *testing.T) {
	if os.Getenv("STUNTKEY_FAIL") == "" {
		t.Skip("STUNTKEY_FAIL is not set")
	}
	_, err := newKey(t).Get(request)
	ok(t, err)
}
