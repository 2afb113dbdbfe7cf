/*
 * A software FIDO2 authenticator for tests: the client of stuntkey's HTTP door. Java 17 or later, this file only, no dependencies.
 */
package stuntkey;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** Doors, and the authenticators behind them. Where a parameter is JSON, it is a text, a Map, or a {@link Json}. */
public final class Stuntkey {
  private Stuntkey() {}

  private static Server shared;

  /** The door of all tests of this JVM: {@link #connect} at the first call. What that starts ends with the JVM. */
  public static synchronized Server server() {
    if (shared == null) shared = connect();
    return shared;
  }

  /** The door that STUNTKEY_URL and STUNTKEY_TOKEN name, or else one that is started, and stopped by {@code close()}. */
  public static Server connect() {
    String url = System.getenv("STUNTKEY_URL");
    String token = System.getenv("STUNTKEY_TOKEN");
    return url == null || token == null ? start() : new Server(new Door(url, token));
  }

  /**
   * Runs {@code stuntkey serve --http}, with a device in memory unless the arguments name a store. It is found by STUNTKEY_COMMAND, in
   * PATH or in node_modules.
   *
   * @throws NotReachable if it does not start; its own words are on stderr
   */
  public static Server start(String... arguments) {
    return start(command(), arguments);
  }

  /** The same, by a command of one's own, such as {@code List.of("npx", "stuntkey")}. */
  public static Server start(List<String> command, String... arguments) {
    var words = new ArrayList<>(command);
    words.addAll(List.of("serve", "--http", "--json", "--until-stdin-ends"));
    if (!List.of(arguments).contains("--store")) words.addAll(List.of("--store", ":memory:"));
    words.addAll(List.of(arguments));
    try {
      var process = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      var lines = process.inputReader();
      for (String line; (line = lines.readLine()) != null; ) {
        if (!line.startsWith("{")) continue;
        var told = Json.parse(line);
        if (told.get("url").isNull()) continue;
        drain(lines, process);
        String token = told.get("token").isNull() ? System.getenv("STUNTKEY_TOKEN") : told.get("token").text();
        if (token != null) return new Server(new Door(told.get("url").text(), token), process);
        process.destroy();
        throw new NotReachable("--token-file: expected STUNTKEY_TOKEN in the environment beside it", null);
      }
      var got = "got its end with status " + process.waitFor();
      throw new NotReachable("expected " + String.join(" ", words) + " to start, " + got, null);
    } catch (IOException error) {
      throw new NotReachable("expected " + String.join(" ", words) + " to start, got " + error.getMessage(), error);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      throw new NotReachable("interrupted while stuntkey was starting", error);
    }
  }

  private static List<String> command() {
    String given = System.getenv("STUNTKEY_COMMAND");
    if (given != null && !given.isBlank()) return List.of(given.trim().split("\\s+"));
    String file = File.separatorChar == '\\' ? "stuntkey.cmd" : "stuntkey";
    var folders = String.valueOf(System.getenv("PATH")).split(File.pathSeparator);
    return Stream.concat(Stream.of(folders), Stream.of("node_modules/.bin"))
        .map(folder -> new File(folder, file))
        .filter(File::canExecute)
        .findFirst()
        .map(found -> List.of(found.getPath()))
        .orElseThrow(() -> new NotReachable(
            "expected stuntkey in PATH or node_modules, got none: npm install stuntkey, or say where it is in STUNTKEY_COMMAND", null));
  }

  /** What the door says from now on must not fill the pipe. The thread keeps the process, whose stdin would be closed if it were collected. */
  private static void drain(BufferedReader lines, Process process) {
    var thread = new Thread(() -> {
      try (lines) {
        while (lines.readLine() != null) {}
        process.waitFor();
      } catch (IOException | InterruptedException ended) {
        // The door has stopped, or this program has.
      }
    }, "stuntkey");
    thread.setDaemon(true);
    thread.start();
  }

  /** Requests to a door. Threads may share one. */
  public static final class Door {
    /** The door closes a connection that was idle for five seconds; one that was idle for two is not trusted to be there. */
    private static final long FRESH = TimeUnit.SECONDS.toNanos(2);

    private final String url;
    private final String token;
    private final SSLContext context;
    private HttpClient client;
    private long used;

    public Door(String url, String token) {
      this(url, token, null);
    }

    /** @param context how HTTPS is checked; null for the default */
    public Door(String url, String token, SSLContext context) {
      if (!url.matches("https?://.+"))
        throw new IllegalArgumentException("url: expected one such as http://127.0.0.1:8100, got " + url);
      this.url = url.replaceAll("/+$", "");
      this.token = token;
      this.context = context;
    }

    public String url() {
      return url;
    }

    public String token() {
      return token;
    }

    /**
     * Any request that docs/http.md describes.
     *
     * @param body JSON, or null for none
     * @throws DoorError with the door's code; {@link Refused} for a ceremony
     * @throws NotReachable if there is no door
     */
    public Json request(String method, String path, Object body) {
      var request = HttpRequest.newBuilder(URI.create(url + path))
          .timeout(Duration.ofSeconds(60))
          .header("Authorization", "Bearer " + token);
      if (body != null) request.header("Content-Type", "application/json");
      var content = body == null
          ? HttpRequest.BodyPublishers.noBody()
          : HttpRequest.BodyPublishers.ofString(Json.of(body).toString());
      try {
        var response = client().send(request.method(method, content).build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 400) throw errorOf(response.statusCode(), response.body());
        return response.body().isEmpty() ? new Json(null) : Json.parse(response.body());
      } catch (IOException error) {
        throw new NotReachable("expected a door at " + url + ", got " + error, error);
      } catch (InterruptedException error) {
        Thread.currentThread().interrupt();
        throw new NotReachable("interrupted before " + url + " answered", error);
      }
    }

    private synchronized HttpClient client() {
      long now = System.nanoTime();
      if (client == null || now - used > FRESH) {
        var builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        client = (context == null ? builder : builder.sslContext(context)).build();
      }
      used = now;
      return client;
    }

    private static DoorError errorOf(int status, String body) {
      Json error;
      try {
        error = Json.parse(body).get("error");
      } catch (IllegalArgumentException noJson) {
        error = new Json(null);
      }
      if (error.isNull())
        error = Json.of(Map.of("name", "Error", "code", "no-answer", "message", "expected JSON, got status " + status));
      boolean refused = status == 403 && !List.of("from-a-page", "no-right").contains(error.get("code").text());
      return refused ? new Refused(status, error) : new DoorError(status, error);
    }
  }

  /** A door, and the authenticators behind it. {@code close()} stops what was started. */
  public static final class Server implements AutoCloseable {
    private final Door door;
    private final Process process;

    /** A door that is open already. */
    public Server(Door door) {
      this(door, null);
    }

    private Server(Door door, Process process) {
      this.door = door;
      this.process = process;
    }

    public Door door() {
      return door;
    }

    /** The door's own device, which keeps what it has. */
    public Authenticator device() {
      return new Authenticator(door, null, null);
    }

    public Authenticator authenticator() {
      return authenticator(Map.of());
    }

    /**
     * Makes an authenticator with a name, a person and a store of its own, which is in memory.
     *
     * @param given {@code name}, {@code model}, {@code policy}, {@code user}, {@code seed}; {@code origin}: where its ceremonies are, if they do not say it
     */
    public Authenticator authenticator(Map<String, ?> given) {
      var body = new LinkedHashMap<String, Object>(given);
      var origin = (String) body.remove("origin");
      return new Authenticator(door, door.request("POST", "/authenticators", body).get("name").text(), origin);
    }

    /** Says what a blob is, and what is in it: {@code kind}, {@code value}, {@code text}. */
    public Json decode(Object value) {
      return door.request("POST", "/decode", Map.of("value", value));
    }

    public Json verify(Object response, Object options, List<String> origins) {
      return verify(response, options, origins, Map.of());
    }

    /**
     * Judges a response as a relying party does, check by check.
     *
     * @param expected of a sign-in {@code credential}, from the verdict about its registration
     */
    public Json verify(Object response, Object options, List<String> origins, Map<String, ?> expected) {
      var body = new LinkedHashMap<String, Object>(expected);
      body.put("response", Json.of(response));
      body.put("options", Json.of(options));
      body.put("origins", origins);
      return door.request("POST", "/verify", body);
    }

    /** Converts credentials from one format to another. */
    public Json convert(Object value, String from, String to) {
      return door.request("POST", "/convert", Map.of("from", from, "to", to, "value", value)).get("value");
    }

    @Override
    public void close() {
      if (process == null) return;
      try {
        process.getOutputStream().close();
        if (!process.waitFor(15, TimeUnit.SECONDS)) process.destroyForcibly();
      } catch (IOException error) {
        process.destroyForcibly();
      } catch (InterruptedException error) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The person in front of an authenticator. What is not said is approved. */
  public static final class User {
    private final Door door;
    private final String path;

    private User(Door door, String path) {
      this.door = door;
      this.path = path;
    }

    /**
     * Says how the person behaves from now on.
     *
     * @param script {@code presence}: approve, decline, ignore; {@code verification}: these, or fail; {@code account}: a user's name, or its
     *     place, 0 being the newest; {@code pin}: a text, or null for a dialog that is closed
     */
    public void use(Map<String, ?> script) {
      door.request("PUT", path + "/user", script);
    }

    /** Says what the person does once, at the next prompt of that kind; further calls queue up. */
    public void next(Map<String, ?> script) {
      door.request("POST", path + "/user/next", script);
    }

    /** Makes the person approve everything again. */
    public void reset() {
      door.request("DELETE", path + "/user", null);
    }
  }

  /** One authenticator. {@code close()} forgets it, if it has a name. */
  public static final class Authenticator implements AutoCloseable {
    private final Door door;
    private final String name;
    private final String origin;
    private final String path;
    private final User user;

    private Authenticator(Door door, String name, String origin) {
      this.door = door;
      this.name = name;
      this.origin = origin;
      path = name == null ? "" : "/authenticators/" + encoded(name);
      user = new User(door, path);
    }

    /** Null for the door's own device. */
    public String name() {
      return name;
    }

    public User user() {
      return user;
    }

    /** Registers: what {@code navigator.credentials.create()} does in a page at the origin. @throws Refused as a page would be */
    public Json create(Object options) {
      return create(options, Map.of());
    }

    /** @param how {@code origin}, {@code topOrigin}, {@code mediation} and the like */
    public Json create(Object options, Map<String, ?> how) {
      return ceremony("/create", options, how);
    }

    /** Signs in: what {@code navigator.credentials.get()} does. @throws Refused as a page would be */
    public Json get(Object options) {
      return get(options, Map.of());
    }

    /** @param how {@code origin}, {@code topOrigin}, {@code mediation} and the like */
    public Json get(Object options, Map<String, ?> how) {
      return ceremony("/get", options, how);
    }

    /** Makes the next ceremony of the fault's kind wrong, such as {@code signature-from-other-key}; docs/faults.md has all. */
    public void fault(String fault) {
      ask("POST", "/faults/next", Map.of("fault", fault));
    }

    public void forgetFaults() {
      ask("DELETE", "/faults/next", null);
    }

    /** All credentials, without their secrets. @param rpId null for those of all RP IDs */
    public List<Json> credentials(String rpId) {
      var all = new ArrayList<Json>();
      String rp = rpId == null ? "" : "&rpId=" + encoded(rpId);
      for (String after = ""; after != null; ) {
        var page = ask("GET", "/credentials?limit=100" + rp + after, null);
        all.addAll(page.get("credentials").list());
        after = page.get("next").isNull() ? null : "&after=" + encoded(page.get("next").text());
      }
      return all;
    }

    /** Changes {@code signCount}, {@code userName}, {@code userDisplayName}, {@code backupEligible}, {@code backupState}. */
    public Json change(String credentialId, Map<String, ?> changes) {
      return ask("PATCH", "/credentials/" + credentialId, changes);
    }

    public void delete(String credentialId) {
      ask("DELETE", "/credentials/" + credentialId, null);
    }

    /** Brings the credential back that was deleted last. */
    public Json restore(String credentialId) {
      return ask("POST", "/credentials/" + credentialId + "/restore", null);
    }

    public List<Json> importCredentials(Object value, String format) {
      return ask("POST", "/credentials", Map.of("format", format, "value", value)).get("credentials").list();
    }

    /** Credentials with their private keys. The token needs the right {@code keys}. */
    public Json export(String format) {
      return ask("GET", "/export?format=" + encoded(format), null).get("value");
    }

    /** Sets the first PIN. */
    public void setPin(String newPin) {
      ask("PUT", "/pin", Map.of("newPin", newPin));
    }

    public void setPin(String newPin, String pin) {
      ask("PUT", "/pin", Map.of("newPin", newPin, "pin", pin));
    }

    public Json pin() {
      return ask("GET", "/pin", null);
    }

    public void powerCycle() {
      ask("POST", "/power-cycle", null);
    }

    public void reset() {
      ask("POST", "/reset", null);
    }

    public Json info() {
      return ask("GET", "/info", null);
    }

    /** The last ceremonies in a few words each, the newest first. */
    public List<Json> traces() {
      return ask("GET", "/traces", null).get("traces").list();
    }

    /** The newest ceremony in whole: {@code trace().get("text").text()} is for people. */
    public Json trace() {
      var traces = traces();
      if (traces.isEmpty()) throw new IllegalStateException("this authenticator has had no ceremony yet");
      return trace(traces.get(0).get("number").number());
    }

    public Json trace(long number) {
      return ask("GET", "/traces/" + number, null);
    }

    /** Takes it off the door, with all that it has. Only for one with a name. */
    public void forget() {
      if (name == null) throw new IllegalStateException("expected an authenticator with a name, got the door's own device");
      door.request("DELETE", path, null);
    }

    @Override
    public void close() {
      if (name != null) forget();
    }

    private Json ceremony(String what, Object options, Map<String, ?> how) {
      var body = new LinkedHashMap<String, Object>(how);
      if (origin != null) body.putIfAbsent("origin", origin);
      if (!body.containsKey("origin"))
        throw new IllegalArgumentException("origin: expected one such as https://login.example.com, got none");
      body.put("options", Json.of(options));
      return ask("POST", what, body);
    }

    private Json ask(String method, String rest, Object body) {
      return door.request(method, path + rest, body);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** There is no door: it could not be started, or does not answer. */
  public static final class NotReachable extends RuntimeException {
    NotReachable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The door refused a request. {@code code()} is stable, for programs. */
  public static class DoorError extends RuntimeException {
    private final int status;
    private final Map<String, Json> told;

    DoorError(int status, Json error) {
      this(status, error, error.get("code").value() + ": " + error.get("message").value());
    }

    DoorError(int status, Json error, String message) {
      super(message);
      this.status = status;
      told = error.members();
    }

    /** Of HTTP. */
    public int status() {
      return status;
    }

    public String name() {
      return told("name");
    }

    public String code() {
      return told("code");
    }

    /** What helps; null where the message says it. */
    public String wayOut() {
      return told("wayOut");
    }

    String told(String member) {
      var value = told.get(member);
      return value == null ? null : String.valueOf(value.value());
    }
  }

  /** A ceremony, or a command of the device, was refused. {@code name()} is that of the error that a page would get. */
  public static final class Refused extends DoorError {
    Refused(int status, Json error) {
      super(status, error, Stream.of("name", "step", "reason", "wayOut")
          .filter(member -> !error.get(member).isNull())
          .filter(member -> !(member.equals("reason") && error.get("reason").equals(error.get("message"))))
          .map(member -> switch (member) {
            case "name" -> error.get("name").text() + ": " + error.get("message").text();
            case "step" -> "at: " + error.get("step").text();
            case "reason" -> "because: " + error.get("reason").text();
            default -> "what helps: " + error.get("wayOut").text();
          })
          .collect(Collectors.joining("\n")));
    }

    public String reason() {
      return told("reason");
    }

    public String step() {
      return told("step");
    }

    /** Such as CTAP2_ERR_NO_CREDENTIALS; null if it was not the device that refused. */
    public String ctapStatus() {
      return told("status");
    }

    /** The number of the ceremony, for {@link Authenticator#trace(long)}; null for commands. */
    public Long trace() {
      return told("trace") == null ? null : Long.valueOf(told("trace"));
    }
  }

  /** A value of JSON. Its text is {@code toString()}. */
  public static final class Json {
    private final Object value;

    private Json(Object value) {
      this.value = value;
    }

    /** @param value a text of JSON, or a Map, List, String, Number, Boolean or null within such */
    public static Json of(Object value) {
      return value instanceof Json json ? json : value instanceof String text ? parse(text) : new Json(value);
    }

    /** @throws IllegalArgumentException for what is no JSON */
    public static Json parse(String text) {
      return new Json(new Reader(text).document());
    }

    /** A member; one that is null where there is none. */
    public Json get(String member) {
      return new Json(value instanceof Map<?, ?> map ? map.get(member) : null);
    }

    public Json get(int place) {
      return list().get(place);
    }

    public boolean isNull() {
      return value == null;
    }

    public boolean isTrue() {
      return Boolean.TRUE.equals(value);
    }

    public String text() {
      if (value instanceof String text) return text;
      throw new IllegalStateException("expected a text, got " + this);
    }

    public long number() {
      if (value instanceof Number number) return number.longValue();
      throw new IllegalStateException("expected a number, got " + this);
    }

    public List<Json> list() {
      if (value instanceof List<?> list) return list.stream().map(Json::new).toList();
      throw new IllegalStateException("expected an array, got " + this);
    }

    public Map<String, Json> members() {
      if (!(value instanceof Map<?, ?> map)) throw new IllegalStateException("expected an object, got " + this);
      var members = new LinkedHashMap<String, Json>();
      map.forEach((name, member) -> members.put(String.valueOf(name), new Json(member)));
      return members;
    }

    /** A Map, List, String, Long, Double, Boolean, or null. */
    public Object value() {
      return value;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Json json && toString().equals(json.toString());
    }

    @Override
    public int hashCode() {
      return toString().hashCode();
    }

    @Override
    public String toString() {
      var out = new StringBuilder();
      write(value, out);
      return out.toString();
    }

    private static void write(Object value, StringBuilder out) {
      if (value instanceof Json json) write(json.value, out);
      else if (value == null || value instanceof Boolean || value instanceof Number) out.append(value);
      else if (value instanceof String text) quote(text, out);
      else if (value instanceof Map<?, ?> map) {
        String before = "{";
        for (var entry : map.entrySet()) {
          quote(String.valueOf(entry.getKey()), out.append(before));
          write(entry.getValue(), out.append(':'));
          before = ",";
        }
        out.append(map.isEmpty() ? "{}" : "}");
      } else if (value instanceof Iterable<?> items) {
        String before = "";
        out.append('[');
        for (var item : items) {
          write(item, out.append(before));
          before = ",";
        }
        out.append(']');
      } else {
        throw new IllegalArgumentException("expected a Map, List, String, Number, Boolean or null, got a " + value.getClass().getName());
      }
    }

    private static void quote(String text, StringBuilder out) {
      out.append('"');
      for (char letter : text.toCharArray()) {
        if (letter == '"' || letter == '\\') out.append('\\').append(letter);
        else if (letter < ' ') out.append(String.format("\\u%04x", (int) letter));
        else out.append(letter);
      }
      out.append('"');
    }
  }

  /** Reads JSON (RFC 8259). */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    Object document() {
      var value = value();
      if (peek() != 0) throw wrong("the end");
      return value;
    }

    private Object value() {
      return switch (peek()) {
        case '{' -> object();
        case '[' -> array();
        case '"' -> string();
        case 't' -> word("true", true);
        case 'f' -> word("false", false);
        case 'n' -> word("null", null);
        default -> number();
      };
    }

    private Map<String, Object> object() {
      var members = new LinkedHashMap<String, Object>();
      at++;
      if (took('}')) return members;
      do {
        if (peek() != '"') throw wrong("a name");
        String name = string();
        if (!took(':')) throw wrong("a colon");
        members.put(name, value());
      } while (took(','));
      if (!took('}')) throw wrong("a comma or }");
      return members;
    }

    private List<Object> array() {
      var items = new ArrayList<Object>();
      at++;
      if (took(']')) return items;
      do items.add(value());
      while (took(','));
      if (!took(']')) throw wrong("a comma or ]");
      return items;
    }

    private String string() {
      var out = new StringBuilder();
      for (at++; at < text.length(); at++) {
        char letter = text.charAt(at);
        if (letter == '"') {
          at++;
          return out.toString();
        }
        if (letter < ' ') throw wrong("no control character");
        out.append(letter == '\\' ? escaped() : letter);
      }
      throw wrong("the end of a text");
    }

    private char escaped() {
      char letter = ++at < text.length() ? text.charAt(at) : 0;
      int known = "\"\\/bfnrt".indexOf(letter);
      if (known >= 0) return "\"\\/\b\f\n\r\t".charAt(known);
      String digits = text.substring(Math.min(at + 1, text.length()), Math.min(at + 5, text.length()));
      if (letter != 'u' || !digits.matches("[0-9a-fA-F]{4}")) throw wrong("an escape");
      at += 4;
      return (char) Integer.parseInt(digits, 16);
    }

    private Object number() {
      int start = at;
      while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) at++;
      String digits = text.substring(start, at);
      if (!digits.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")) throw wrong("a value");
      if (digits.matches("-?\\d{1,18}")) return Long.valueOf(digits);
      return Double.valueOf(digits);
    }

    private Object word(String word, Object value) {
      if (!text.startsWith(word, at)) throw wrong(word);
      at += word.length();
      return value;
    }

    private boolean took(char letter) {
      if (peek() != letter) return false;
      at++;
      return true;
    }

    /** The next character that is no space; 0 at the end. */
    private char peek() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
      return at < text.length() ? text.charAt(at) : 0;
    }

    private IllegalArgumentException wrong(String expected) {
      return new IllegalArgumentException("JSON: expected " + expected + " at character " + at);
    }
  }
}
