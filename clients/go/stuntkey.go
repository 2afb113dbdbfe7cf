// Package stuntkey is a software FIDO2 authenticator for tests: the client of stuntkey's HTTP door. Go 1.19 or later, this file only, standard
// library only.
//
// Where a parameter is called options, it is JSON as text or bytes, or a value that encoding/json writes as such.
package stuntkey

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// NotReachable says that there is no door: it could not be started, or does not answer.
type NotReachable struct {
	Message string
	Err     error
}

func (e *NotReachable) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + ", got " + e.Err.Error()
}

func (e *NotReachable) Unwrap() error { return e.Err }

// DoorError says that the door refused a request. Code is stable, for programs.
type DoorError struct {
	// HTTPStatus is the answer's.
	HTTPStatus int    `json:"-"`
	Name       string `json:"name"`
	Code       string `json:"code"`
	Message    string `json:"message"`
	// WayOut is what helps; empty where the message says it.
	WayOut string `json:"wayOut"`
}

func (e *DoorError) Error() string { return e.Code + ": " + e.Message }

// Refused says that a ceremony, or a command of the device, was refused. Name is that of the error that a page would get. To errors.As it is a
// *DoorError, too.
type Refused struct {
	DoorError
	Reason string `json:"reason"`
	Step   string `json:"step"`
	// CtapStatus is such as CTAP2_ERR_NO_CREDENTIALS; empty if it was not the device that refused.
	CtapStatus string `json:"status"`
	// Trace is the number of the ceremony in the authenticator's traces; 0 for commands.
	Trace int `json:"trace"`
}

func (e *Refused) Error() string {
	text := e.Name + ": " + e.Message
	if e.Step != "" {
		text += "\nat: " + e.Step
	}
	if e.Reason != "" && e.Reason != e.Message {
		text += "\nbecause: " + e.Reason
	}
	if e.WayOut != "" {
		text += "\nwhat helps: " + e.WayOut
	}
	return text
}

func (e *Refused) Unwrap() error { return &e.DoorError }

func errorOf(status int, body []byte) error {
	var told struct{ Error *Refused }
	if json.Unmarshal(body, &told) != nil || told.Error == nil {
		message := fmt.Sprintf("expected JSON, got status %d", status)
		return &DoorError{HTTPStatus: status, Name: "Error", Code: "no-answer", Message: message}
	}
	told.Error.HTTPStatus = status
	if status == http.StatusForbidden && told.Error.Code != "from-a-page" && told.Error.Code != "no-right" {
		return told.Error
	}
	return &told.Error.DoorError
}

// Door is where requests go. Goroutines may share one.
type Door struct {
	URL   string
	Token string
	// Client is what sends requests; for a certificate or a Unix socket of your own, set its Transport.
	Client *http.Client
}

// NewDoor is a door that is open somewhere, such as at http://127.0.0.1:8100.
func NewDoor(address, token string) *Door {
	// The door closes a connection that was idle for five seconds; one that was idle for two is not trusted to be there.
	transport := &http.Transport{IdleConnTimeout: 2 * time.Second, MaxIdleConnsPerHost: 64}
	return &Door{URL: strings.TrimRight(address, "/"), Token: token, Client: &http.Client{Transport: transport, Timeout: time.Minute}}
}

// Request sends any request that docs/http.md describes. The body is sent as JSON unless it is nil, and the answer is decoded into answer
// unless that is nil. Errors are *DoorError, *Refused or *NotReachable.
func (d *Door) Request(method, path string, body, answer any) error {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("expected what can be written as JSON: %w", err)
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, d.URL+path, content)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+d.Token)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := d.Client.Do(request)
	if err != nil {
		return &NotReachable{"expected a door at " + d.URL, err}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return &NotReachable{"expected the whole answer of " + d.URL, err}
	}
	if response.StatusCode >= 400 {
		return errorOf(response.StatusCode, text)
	}
	if answer == nil || len(text) == 0 {
		return nil
	}
	return json.Unmarshal(text, answer)
}

// Server is a door, and the authenticators behind it.
type Server struct {
	Door *Door
	// Device is the door's own device, which keeps what it has.
	Device *Authenticator
	stop   func()
}

// NewServer is for a door that is open already.
func NewServer(door *Door) *Server {
	return &Server{Door: door, Device: newAuthenticator(door, "", ""), stop: func() {}}
}

// Connect takes the door that STUNTKEY_URL and STUNTKEY_TOKEN name, or else starts one, which Close stops.
func Connect() (*Server, error) {
	address, token := os.Getenv("STUNTKEY_URL"), os.Getenv("STUNTKEY_TOKEN")
	if address == "" || token == "" {
		return Start()
	}
	return NewServer(NewDoor(address, token)), nil
}

// Start runs `stuntkey serve --http`, with a device in memory unless the arguments name a store. It is found by STUNTKEY_COMMAND, in PATH or in
// node_modules. It ends with this process, or by Close. What it says of errors is on stderr.
func Start(arguments ...string) (*Server, error) {
	words, err := command()
	if err != nil {
		return nil, err
	}
	words = append(words, "serve", "--http", "--json", "--until-stdin-ends")
	if !contains(arguments, "--store") {
		words = append(words, "--store", ":memory:")
	}
	process := exec.Command(words[0], append(words[1:], arguments...)...)
	process.Stderr = os.Stderr
	input, err := process.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := process.Start(); err != nil {
		return nil, &NotReachable{"expected " + words[0] + " to start", err}
	}
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		told := struct{ URL, Token string }{Token: os.Getenv("STUNTKEY_TOKEN")}
		if json.Unmarshal(lines.Bytes(), &told) != nil || told.URL == "" {
			continue
		}
		server := NewServer(NewDoor(told.URL, told.Token))
		ended := make(chan struct{})
		go func() {
			// What the door says from now on must not fill the pipe. This keeps the other pipe, too, whose end would stop the door.
			_, _ = io.Copy(io.Discard, output)
			_ = process.Wait()
			close(ended)
		}()
		server.stop = func() {
			_ = input.Close()
			select {
			case <-ended:
			case <-time.After(15 * time.Second):
				_ = process.Process.Kill()
				<-ended
			}
		}
		if told.Token != "" {
			return server, nil
		}
		server.Close()
		return nil, &NotReachable{Message: "--token-file: expected STUNTKEY_TOKEN in the environment beside it"}
	}
	if err = process.Wait(); err == nil {
		err = errors.New("its end")
	}
	return nil, &NotReachable{"expected " + strings.Join(process.Args, " ") + " to start", err}
}

func command() ([]string, error) {
	if given := strings.Fields(os.Getenv("STUNTKEY_COMMAND")); len(given) > 0 {
		return given, nil
	}
	for _, file := range []string{"stuntkey", filepath.Join("node_modules", ".bin", "stuntkey")} {
		if found, err := exec.LookPath(file); err == nil {
			return []string{found}, nil
		}
	}
	return nil, &NotReachable{Message: "expected stuntkey in PATH or node_modules, got none: npm install stuntkey, or say where it is in STUNTKEY_COMMAND"}
}

func contains(words []string, word string) bool {
	for _, one := range words {
		if one == word {
			return true
		}
	}
	return false
}

// Close stops the door, if Start has started it.
func (s *Server) Close() { s.stop() }

// Given says what an authenticator is; all of it may be left out.
type Given struct {
	Name   string `json:"name,omitempty"`
	Model  string `json:"model,omitempty"`
	Seed   string `json:"seed,omitempty"`
	Policy any    `json:"policy,omitempty"`
	User   any    `json:"user,omitempty"`
	// Origin is where its ceremonies are, if they do not say it.
	Origin string `json:"-"`
}

// Authenticator makes an authenticator with a name, a person and a store of its own, which is in memory.
func (s *Server) Authenticator(given Given) (*Authenticator, error) {
	var made struct{ Name string }
	if err := s.Door.Request("POST", "/authenticators", given, &made); err != nil {
		return nil, err
	}
	return newAuthenticator(s.Door, made.Name, given.Origin), nil
}

// Verdict is what a relying party's checks come to.
type Verdict struct {
	Verified bool
	// Failed is the first check that failed, or nil.
	Failed *struct{ Name, Title, URL, Expected, Got string }
	// Credential is what to hand in as WithCredential at the sign-in.
	Credential json.RawMessage
}

// Verify judges a response as a relying party does, check by check. Of a sign-in it takes the credential from the verdict about its registration, and
// nil for a registration.
func (s *Server) Verify(response, options any, origins []string, credential any) (Verdict, error) {
	body := map[string]any{"response": given(response), "options": given(options), "origins": origins}
	if raw, isRaw := credential.(json.RawMessage); credential != nil && (!isRaw || raw != nil) {
		body["credential"] = credential
	}
	var verdict Verdict
	err := s.Door.Request("POST", "/verify", body, &verdict)
	return verdict, err
}

// Decode says what a blob is, and what is in it: kind, value, text.
func (s *Server) Decode(value any) (map[string]any, error) {
	var answer map[string]any
	err := s.Door.Request("POST", "/decode", map[string]any{"value": value}, &answer)
	return answer, err
}

// Convert converts credentials from one format to another.
func (s *Server) Convert(value any, from, to string) (json.RawMessage, error) {
	var answer struct{ Value json.RawMessage }
	err := s.Door.Request("POST", "/convert", map[string]any{"value": value, "from": from, "to": to}, &answer)
	return answer.Value, err
}

// Script says what the person does. What is left out is approved.
type Script struct {
	// Presence: approve, decline, ignore.
	Presence string `json:"presence,omitempty"`
	// Verification: these, or fail.
	Verification string `json:"verification,omitempty"`
	// Account is a user's name, or its place, 0 being the newest.
	Account any `json:"account,omitempty"`
	// PIN is a text, or json.RawMessage("null") for a dialog that is closed.
	PIN any `json:"pin,omitempty"`
}

// User is the person in front of an authenticator.
type User struct {
	door *Door
	path string
}

// Use says how the person behaves from now on.
func (u *User) Use(script Script) error { return u.door.Request("PUT", u.path+"/user", script, nil) }

// Next says what the person does once, at the next prompt of that kind; further calls queue up.
func (u *User) Next(script Script) error {
	return u.door.Request("POST", u.path+"/user/next", script, nil)
}

// Reset makes the person approve everything again.
func (u *User) Reset() error { return u.door.Request("DELETE", u.path+"/user", nil, nil) }

// Authenticator is one authenticator.
type Authenticator struct {
	// Name is empty for the door's own device.
	Name   string
	Origin string
	User   *User
	door   *Door
	path   string
}

func newAuthenticator(door *Door, name, origin string) *Authenticator {
	path := ""
	if name != "" {
		path = "/authenticators/" + url.PathEscape(name)
	}
	return &Authenticator{Name: name, Origin: origin, User: &User{door, path}, door: door, path: path}
}

// Response is what navigator.credentials returns, for a server: the whole is JSON, and encoding/json writes it as such.
type Response struct {
	ID   string
	JSON json.RawMessage
}

// MarshalJSON is JSON as it came.
func (r *Response) MarshalJSON() ([]byte, error) { return r.JSON.MarshalJSON() }

// How says how the page calls; all of it may be left out.
type How struct {
	Origin, TopOrigin, Mediation, UIMode string
	CrossOrigin                          bool
}

// Create registers: what navigator.credentials.create() does in a page at the origin. Its error is a *Refused if a page would be refused.
func (a *Authenticator) Create(options any, how ...How) (*Response, error) {
	return a.ceremony("/create", options, how)
}

// Get signs in: what navigator.credentials.get() does. Its error is a *Refused if a page would be refused.
func (a *Authenticator) Get(options any, how ...How) (*Response, error) {
	return a.ceremony("/get", options, how)
}

func (a *Authenticator) ceremony(what string, options any, hows []How) (*Response, error) {
	how := How{Origin: a.Origin}
	for _, one := range hows {
		how = one
		if how.Origin == "" {
			how.Origin = a.Origin
		}
	}
	if how.Origin == "" {
		return nil, errors.New("Origin: expected one such as https://login.example.com, got none")
	}
	body := map[string]any{"options": given(options)}
	for name, value := range map[string]string{"origin": how.Origin, "topOrigin": how.TopOrigin, "mediation": how.Mediation, "uiMode": how.UIMode} {
		if value != "" {
			body[name] = value
		}
	}
	if how.CrossOrigin {
		body["crossOrigin"] = true
	}
	var response Response
	if err := a.door.Request("POST", a.path+what, body, &response.JSON); err != nil {
		return nil, err
	}
	return &response, json.Unmarshal(response.JSON, &struct{ ID *string }{&response.ID})
}

// given is JSON as text, or what is written as such.
func given(options any) any {
	switch text := options.(type) {
	case string:
		return json.RawMessage(text)
	case []byte:
		return json.RawMessage(text)
	default:
		return options
	}
}

// Fault makes the next ceremony of the fault's kind wrong, such as signature-from-other-key; docs/faults.md has all.
func (a *Authenticator) Fault(fault string) error {
	return a.ask("POST", "/faults/next", map[string]any{"fault": fault}, nil)
}

// ForgetFaults forgets the faults that wait.
func (a *Authenticator) ForgetFaults() error { return a.ask("DELETE", "/faults/next", nil, nil) }

// Credential is a credential on the authenticator, without its secrets.
type Credential struct {
	ID, RpID, RpName, UserID, UserName, UserDisplayName, PublicKey string
	Algorithm, SignCount                                           int
	Discoverable, BackupEligible, BackupState                      bool
}

// Credentials are all credentials of an RP ID, or of all where it is empty.
func (a *Authenticator) Credentials(rpID string) ([]Credential, error) {
	query, all := url.Values{}, []Credential{}
	if rpID != "" {
		query.Set("rpId", rpID)
	}
	for {
		var page struct {
			Credentials []Credential
			Next        string
		}
		if err := a.ask("GET", "/credentials?"+query.Encode(), nil, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Credentials...)
		if page.Next == "" {
			return all, nil
		}
		query.Set("after", page.Next)
	}
}

// Change changes signCount, userName, userDisplayName, backupEligible, backupState.
func (a *Authenticator) Change(credentialID string, changes map[string]any) (Credential, error) {
	var changed Credential
	err := a.ask("PATCH", "/credentials/"+credentialID, changes, &changed)
	return changed, err
}

// Delete deletes a credential.
func (a *Authenticator) Delete(credentialID string) error {
	return a.ask("DELETE", "/credentials/"+credentialID, nil, nil)
}

// Restore brings the credential back that was deleted last.
func (a *Authenticator) Restore(credentialID string) (Credential, error) {
	var restored Credential
	err := a.ask("POST", "/credentials/"+credentialID+"/restore", nil, &restored)
	return restored, err
}

// ImportCredentials brings credentials in: all that are given, or on any error none.
func (a *Authenticator) ImportCredentials(value any, format string) ([]Credential, error) {
	var answer struct{ Credentials []Credential }
	err := a.ask("POST", "/credentials", map[string]any{"format": format, "value": value}, &answer)
	return answer.Credentials, err
}

// Export is credentials with their private keys. The token needs the right keys.
func (a *Authenticator) Export(format string) (json.RawMessage, error) {
	var answer struct{ Value json.RawMessage }
	err := a.ask("GET", "/export?format="+url.QueryEscape(format), nil, &answer)
	return answer.Value, err
}

// SetPIN sets the first PIN; or another, with the one that is set.
func (a *Authenticator) SetPIN(newPIN, pin string) error {
	body := map[string]any{"newPin": newPIN}
	if pin != "" {
		body["pin"] = pin
	}
	return a.ask("PUT", "/pin", body, nil)
}

// PIN says whether there is a PIN, and how many attempts are left.
func (a *Authenticator) PIN() (pin struct {
	Set     bool
	Retries int
}, err error) {
	err = a.ask("GET", "/pin", nil, &pin)
	return pin, err
}

// PowerCycle unplugs the device and plugs it in again.
func (a *Authenticator) PowerCycle() error { return a.ask("POST", "/power-cycle", nil, nil) }

// Reset makes the device as new.
func (a *Authenticator) Reset() error { return a.ask("POST", "/reset", nil, nil) }

// Info says what device this is.
func (a *Authenticator) Info() (map[string]any, error) {
	var info map[string]any
	err := a.ask("GET", "/info", nil, &info)
	return info, err
}

// Trace is a ceremony that is kept: Text is for people.
type Trace struct {
	Number int
	// Source says where it was: http (at the door), page, node, command, udp and so on; file for one that was saved.
	Source   string
	Text     string
	Ceremony json.RawMessage
}

// Traces are the last ceremonies in a few words each, the newest first.
func (a *Authenticator) Traces() ([]struct {
	Number                            int
	Ceremony, Origin, Refused, Reason string
}, error) {
	var answer struct {
		Traces []struct {
			Number                            int
			Ceremony, Origin, Refused, Reason string
		}
	}
	err := a.ask("GET", "/traces", nil, &answer)
	return answer.Traces, err
}

// Trace is a ceremony in whole, by its number; 0 is the newest.
func (a *Authenticator) Trace(number int) (Trace, error) {
	var trace Trace
	if number == 0 {
		traces, err := a.Traces()
		if err != nil {
			return trace, err
		}
		if len(traces) == 0 {
			return trace, errors.New("this authenticator has had no ceremony yet")
		}
		number = traces[0].Number
	}
	err := a.ask("GET", fmt.Sprintf("/traces/%d", number), nil, &trace)
	return trace, err
}

// Forget takes it off the door, with all that it has. Only for one with a name.
func (a *Authenticator) Forget() error {
	if a.Name == "" {
		return errors.New("expected an authenticator with a name, got the door's own device")
	}
	return a.ask("DELETE", "", nil, nil)
}

func (a *Authenticator) ask(method, path string, body, answer any) error {
	return a.door.Request(method, a.path+path, body, answer)
}

// TB is a *testing.T or *testing.B.
type TB interface {
	Helper()
	Cleanup(func())
	Failed() bool
	Log(...any)
	Fatal(...any)
}

var (
	once    sync.Once
	shared  *Server
	unready error
)

// ForTest makes an authenticator of the test's own, behind a door that all tests of the process share (see Connect). A test that fails logs its last
// ceremony: the step, the reason, and what helps.
func ForTest(t TB, given Given) *Authenticator {
	t.Helper()
	once.Do(func() { shared, unready = Connect() })
	if unready != nil {
		t.Fatal(unready)
	}
	authenticator, err := shared.Authenticator(given)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			if trace, err := authenticator.Trace(0); err == nil {
				t.Log("the last ceremony\n" + trace.Text)
			}
		}
		_ = authenticator.Forget()
	})
	return authenticator
}
