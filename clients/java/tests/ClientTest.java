import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import stuntkey.Stuntkey;
import stuntkey.Stuntkey.Json;

/** The client before a door that it starts itself: STUNTKEY_COMMAND says what stuntkey is. */
class ClientTest {
  static final String ORIGIN = "https://example.com";
  static final Map<String, Object> CREATION = Map.of(
      "rp", Map.of("name", "Example", "id", "example.com"),
      "user", Map.of("id", "YWRh", "name", "ada", "displayName", "Ada"),
      "challenge", "Y2hhbGxlbmdl",
      "pubKeyCredParams", List.of(Map.of("type", "public-key", "alg", -7)),
      "authenticatorSelection", Map.of("residentKey", "required"));
  static final Map<String, Object> REQUEST = Map.of("challenge", "Y2hhbGxlbmdl", "rpId", "example.com");

  static final Stuntkey.Server server = Stuntkey.server();
  final Stuntkey.Authenticator key = server.authenticator(Map.of("origin", ORIGIN));

  @AfterEach
  void forget() {
    key.close();
  }

  @Test
  void registersAndSignsIn() {
    var registered = server.verify(key.create(CREATION), CREATION, List.of(ORIGIN));
    assertTrue(registered.get("verified").isTrue());
    var assertion = key.get(Map.of("publicKey", REQUEST));
    var verdict = server.verify(assertion, REQUEST, List.of(ORIGIN), Map.of("credential", registered.get("credential")));
    assertTrue(verdict.get("verified").isTrue(), () -> verdict.get("failed").toString());
  }

  @Test
  void takesOptionsAsText() {
    assertEquals("public-key", key.create(Json.of(CREATION).toString()).get("type").text());
    assertThrows(IllegalArgumentException.class, () -> key.create("{\"rp\":"));
  }

  @Test
  void aRefusalSaysWhatAPageWouldGetAndWhatItWouldNot() {
    var refusal = assertThrows(Stuntkey.Refused.class, () -> key.get(REQUEST));
    assertEquals("NotAllowedError not-allowed 403", refusal.name() + " " + refusal.code() + " " + refusal.status());
    assertEquals("CTAP2_ERR_NO_CREDENTIALS", refusal.ctapStatus());
    assertTrue(refusal.wayOut().contains("register first"));
    assertTrue(refusal.getMessage().matches("(?s)NotAllowedError: .*\nat: .*\nbecause: .*\nwhat helps: .*"), refusal.getMessage());
    assertTrue(key.trace(refusal.trace()).get("text").text().contains("NotAllowedError"));
  }

  @Test
  void thePersonDoesAsTold() {
    key.create(CREATION);
    key.user().next(Map.of("presence", "decline"));
    assertEquals("NotAllowedError", assertThrows(Stuntkey.Refused.class, () -> key.get(REQUEST)).name());
    assertEquals("public-key", key.get(REQUEST).get("type").text());
    key.user().use(Map.of("presence", "decline"));
    for (int time = 0; time < 2; time++) assertThrows(Stuntkey.Refused.class, () -> key.get(REQUEST));
    key.user().reset();
    key.get(REQUEST);
    var closed = new HashMap<String, Object>();
    closed.put("pin", null);
    key.user().next(closed);
  }

  @Test
  void aFaultIsOneCeremonys() {
    var record = Map.of("credential", server.verify(key.create(CREATION), CREATION, List.of(ORIGIN)).get("credential"));
    key.fault("signature-from-other-key");
    var wrong = server.verify(key.get(REQUEST), REQUEST, List.of(ORIGIN), record);
    assertEquals("authentication.signature", wrong.get("failed").get("name").text());
    assertTrue(server.verify(key.get(REQUEST), REQUEST, List.of(ORIGIN), record).get("verified").isTrue());
    key.fault("signature-from-other-key");
    key.forgetFaults();
    assertTrue(server.verify(key.get(REQUEST), REQUEST, List.of(ORIGIN), record).get("verified").isTrue());
  }

  @Test
  void credentialsAreListedChangedDeletedAndBroughtBack() {
    try (var open = Stuntkey.start("--token-rights", "keys");
        var one = open.authenticator(Map.of("origin", ORIGIN));
        var other = open.authenticator()) {
      String id = one.create(CREATION).get("id").text();
      assertEquals(List.of(id), one.credentials("example.com").stream().map(each -> each.get("id").text()).toList());
      assertEquals(7, one.change(id, Map.of("signCount", 7)).get("signCount").number());
      one.delete(id);
      assertEquals(List.of(), one.credentials(null));
      assertEquals(7, one.restore(id).get("signCount").number());
      var exported = one.export("playwright");
      assertEquals(id, other.importCredentials(exported, "playwright").get(0).get("id").text());
      assertEquals(1, open.convert(exported, "playwright", "cxf").get("accounts").list().size());
    }
  }

  @Test
  void pagesOfCredentialsAreWalked() {
    for (int number = 100; number < 203; number++) {
      var user = Map.of("id", "YWR" + number + "A", "name", "x", "displayName", "x");
      var creation = new HashMap<>(CREATION);
      creation.put("user", user);
      key.create(creation);
    }
    assertEquals(103, key.credentials("example.com").size());
  }

  @Test
  void hasAPin() {
    key.setPin("123456");
    var refusal = assertThrows(Stuntkey.Refused.class, () -> key.setPin("654321", "000000"));
    assertEquals("CTAP2_ERR_PIN_INVALID", refusal.ctapStatus());
    assertNull(refusal.trace());
    assertEquals(7, key.pin().get("retries").number());
    key.powerCycle();
    key.reset();
    assertTrue(!key.pin().get("set").isTrue());
    assertTrue(key.info().get("ctap2").isTrue());
  }

  @Test
  void threadsShareADoor() throws Exception {
    var pool = Executors.newFixedThreadPool(8);
    var work = new ArrayList<Future<String>>();
    for (int thread = 0; thread < 8; thread++)
      work.add(pool.submit(() -> {
        try (var own = server.authenticator(Map.of("origin", ORIGIN))) {
          own.create(CREATION);
          return own.get(REQUEST).get("type").text();
        }
      }));
    pool.shutdown();
    for (var each : work) assertEquals("public-key", each.get());
  }

  @Test
  void whatIsWrongIsSaid() {
    var misspelled = assertThrows(Stuntkey.DoorError.class, () -> key.user().next(Map.of("presense", "decline")));
    assertTrue(misspelled.getMessage().contains("did you mean presence"));
    assertEquals("unknown-fault", assertThrows(Stuntkey.DoorError.class, () -> key.fault("nonsense")).code());
    assertThrows(IllegalArgumentException.class, () -> server.device().create(CREATION));
    assertThrows(IllegalStateException.class, () -> server.device().forget());
    try (var fresh = server.authenticator()) {
      assertThrows(IllegalStateException.class, fresh::trace);
    }
    var wrong = new Stuntkey.Server(new Stuntkey.Door(server.door().url(), "another-token-altogether"));
    assertEquals("bad-token", assertThrows(Stuntkey.DoorError.class, () -> wrong.device().info()).code());
    var nowhere = new Stuntkey.Server(new Stuntkey.Door("http://127.0.0.1:9", "x".repeat(16)));
    assertThrows(Stuntkey.NotReachable.class, () -> nowhere.device().info());
    assertThrows(IllegalArgumentException.class, () -> new Stuntkey.Door("nowhere", "x"));
    var failed = assertThrows(Stuntkey.NotReachable.class, () -> Stuntkey.start("--no-such-flag"));
    assertTrue(failed.getMessage().contains("status 2"), failed.getMessage());
    assertThrows(Stuntkey.NotReachable.class, () -> Stuntkey.start(List.of("/no/such/program")));
  }

  @Test
  void jsonIsReadAndWritten() {
    String text = "{\"a\":[1,-2.5,true,false,null,{}],\"b\":\"\\\"\\\\\\u0001é😀\"}";
    assertEquals(text, Json.parse(" " + text.replace(",", " ,\n") + " ").toString());
    assertEquals("/\b\f\n\r\té", Json.parse("\"\\/\\b\\f\\n\\r\\t\\u00e9\"").text());
    assertEquals(1e300, Json.parse("1e300").value());
    for (String wrong : List.of("", "{", "[1,]", "{\"a\"}", "{a:1}", "01", "1.", "tru", "\"\\x\"", "\"\\u12g4\"", "\"", "\"\n\"", "1 2", "[1", "-"))
      assertThrows(IllegalArgumentException.class, () -> Json.parse(wrong), wrong);
    assertThrows(IllegalArgumentException.class, () -> Json.of(Collections.singletonMap("a", new Object())).toString());
  }
}
