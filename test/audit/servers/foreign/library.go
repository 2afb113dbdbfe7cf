// Duo's webauthn library for Go as its README shows it, asked in JSON, a line a question.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"

	"github.com/duo-labs/webauthn/protocol"
	"github.com/duo-labs/webauthn/webauthn"
)

type user struct {
	handle      []byte
	name        string
	credentials []webauthn.Credential
}

func (u user) WebAuthnID() []byte                         { return u.handle }
func (u user) WebAuthnName() string                       { return u.name }
func (u user) WebAuthnDisplayName() string                { return u.name }
func (u user) WebAuthnIcon() string                       { return "" }
func (u user) WebAuthnCredentials() []webauthn.Credential { return u.credentials }

type question struct {
	Do        string          `json:"do"`
	Response  json.RawMessage `json:"response"`
	Challenge string          `json:"challenge"`
	Account   struct {
		Name   string `json:"name"`
		Handle string `json:"handle"`
	} `json:"account"`
	Kept struct {
		Key webauthn.Credential `json:"key"`
	} `json:"kept"`
}

type kept struct {
	ID      string               `json:"id"`
	Key     *webauthn.Credential `json:"key"`
	Counter uint32               `json:"counter"`
}

func answer(party *webauthn.WebAuthn, asked question) (*kept, error) {
	handle, err := base64.RawURLEncoding.DecodeString(asked.Account.Handle)
	if err != nil {
		return nil, err
	}
	who := user{handle: handle, name: asked.Account.Name}
	session := webauthn.SessionData{Challenge: asked.Challenge, UserID: handle}
	var credential *webauthn.Credential
	if asked.Do == "register" {
		parsed, err := protocol.ParseCredentialCreationResponseBody(bytes.NewReader(asked.Response))
		if err != nil {
			return nil, err
		}
		credential, err = party.CreateCredential(who, session, parsed)
		if err != nil {
			return nil, err
		}
	} else {
		who.credentials = []webauthn.Credential{asked.Kept.Key}
		parsed, err := protocol.ParseCredentialRequestResponseBody(bytes.NewReader(asked.Response))
		if err != nil {
			return nil, err
		}
		credential, err = party.ValidateLogin(who, session, parsed)
		if err != nil {
			return nil, err
		}
	}
	id := base64.RawURLEncoding.EncodeToString(credential.ID)
	return &kept{ID: id, Key: credential, Counter: credential.Authenticator.SignCount}, nil
}

// What net/http makes of a panic is a connection that is dropped: no answer of the library's.
func said(party *webauthn.WebAuthn, line []byte) (said map[string]interface{}) {
	defer func() {
		if broken := recover(); broken != nil {
			said = map[string]interface{}{"broke": fmt.Sprint(broken)}
		}
	}()
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return map[string]interface{}{"refused": err.Error()}
	}
	result, err := answer(party, asked)
	if err != nil {
		details := ""
		if typed, ok := err.(*protocol.Error); ok {
			details = ": " + typed.DevInfo
		}
		return map[string]interface{}{"refused": err.Error() + details}
	}
	return map[string]interface{}{"said": result}
}

func main() {
	party, err := webauthn.New(&webauthn.Config{RPDisplayName: "Example", RPID: os.Args[1], RPOrigin: os.Args[2]})
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<26)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		out.Encode(said(party, lines.Bytes()))
	}
}
