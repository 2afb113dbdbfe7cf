/*
 * libfido2 as a client of a device behind loopback UDP: one datagram is one report, without a report number.
 *
 *   client PORT SEQUENCE
 *
 * prints "ok NAME" or "not ok NAME: REASON" for every step, and ends with 1 if one was not.
 */
#include <arpa/inet.h>
#include <fido.h>
#include <fido/bio.h>
#include <fido/es256.h>
#include <fido/eddsa.h>
#include <fido/rs256.h>
#include <fido/config.h>
#include <fido/credman.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REPORT 64
#define RP "example.com"

static int failures;

static void tell(const char *name, bool good, const char *reason)
{
	if (good) {
		printf("ok %s\n", name);
	} else {
		printf("not ok %s: %s\n", name, reason);
		failures++;
	}
	fflush(stdout);
}

/* A step that has to end with a status. */
static bool step(const char *name, int got, int want)
{
	char reason[128];

	snprintf(reason, sizeof(reason), "expected %s, got %s (0x%02x)", fido_strerr(want), fido_strerr(got), got);
	tell(name, got == want, reason);
	return got == want;
}

/* The carrier. */

static void *udp_open(const char *path)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(path)) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int *handle;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return NULL;
	if ((handle = malloc(sizeof(*handle))) != NULL)
		*handle = fd;
	return handle;
}

static void udp_close(void *handle)
{
	close(*(int *)handle);
	free(handle);
}

static int udp_read(void *handle, unsigned char *buf, size_t len, int ms)
{
	struct pollfd waiting = { .fd = *(int *)handle, .events = POLLIN };

	if (poll(&waiting, 1, ms) != 1)
		return -1;
	return (int)recv(*(int *)handle, buf, len, 0);
}

static int udp_write(void *handle, const unsigned char *buf, size_t len)
{
	/* The first byte is the report number. */
	if (len != REPORT + 1 || send(*(int *)handle, buf + 1, REPORT, 0) != REPORT)
		return -1;
	return (int)len;
}

static const fido_dev_io_t udp = { udp_open, udp_close, udp_read, udp_write };

static fido_dev_t *connected(const char *port)
{
	fido_dev_t *dev = fido_dev_new();

	if (dev == NULL || fido_dev_set_io_functions(dev, &udp) != FIDO_OK || fido_dev_open(dev, port) != FIDO_OK) {
		tell("opens the device", false, "it does not open");
		exit(1);
	}
	return dev;
}

/* The pieces of the sequences. */

static const unsigned char client_data_hash[32] = { 0xcd };
static const unsigned char user_id[4] = "ada";

static fido_cred_t *new_cred(int type)
{
	fido_cred_t *cred = fido_cred_new();

	fido_cred_set_type(cred, type);
	fido_cred_set_clientdata_hash(cred, client_data_hash, sizeof(client_data_hash));
	fido_cred_set_rp(cred, RP, "Example");
	fido_cred_set_user(cred, user_id, sizeof(user_id), "ada", "Ada", NULL);
	return cred;
}

static int verified(const fido_cred_t *cred)
{
	return fido_cred_x5c_ptr(cred) == NULL ? fido_cred_verify_self(cred) : fido_cred_verify(cred);
}

/* Registers, and lets libfido2 verify the attestation. */
static fido_cred_t *make(fido_dev_t *dev, const char *name, int type, fido_opt_t rk, int extensions, const char *pin)
{
	fido_cred_t *cred = new_cred(type);
	char verify[96];

	if (rk != FIDO_OPT_OMIT)
		fido_cred_set_rk(cred, rk);
	if (pin == NULL && fido_dev_has_uv(dev))
		fido_cred_set_uv(cred, FIDO_OPT_TRUE);
	if (extensions != 0)
		fido_cred_set_extensions(cred, extensions);
	if (extensions & FIDO_EXT_CRED_PROTECT)
		fido_cred_set_prot(cred, FIDO_CRED_PROT_UV_OPTIONAL_WITH_ID);
	step(name, fido_dev_make_cred(dev, cred, pin), FIDO_OK);
	snprintf(verify, sizeof(verify), "%s, and it verifies", name);
	step(verify, verified(cred), FIDO_OK);
	return cred;
}

static fido_assert_t *new_assert(const fido_cred_t *cred)
{
	fido_assert_t *assertion = fido_assert_new();

	fido_assert_set_clientdata_hash(assertion, client_data_hash, sizeof(client_data_hash));
	fido_assert_set_rp(assertion, RP);
	if (cred != NULL)
		fido_assert_allow_cred(assertion, fido_cred_id_ptr(cred), fido_cred_id_len(cred));
	return assertion;
}

/* Signs in, and lets libfido2 verify the signature. */
static uint32_t sign_in(fido_dev_t *dev, const char *name, const fido_cred_t *cred, bool discover, const char *pin)
{
	fido_assert_t *assertion = new_assert(discover ? NULL : cred);
	char verify[96];
	uint32_t count;
	void *key = NULL;
	int type = fido_cred_type(cred);

	if (pin == NULL && fido_dev_has_uv(dev))
		fido_assert_set_uv(assertion, FIDO_OPT_TRUE);
	step(name, fido_dev_get_assert(dev, assertion, pin), FIDO_OK);
	snprintf(verify, sizeof(verify), "%s, and it verifies", name);
	if (type == COSE_ES256) {
		es256_pk_t *pk = es256_pk_new();
		es256_pk_from_ptr(pk, fido_cred_pubkey_ptr(cred), fido_cred_pubkey_len(cred));
		key = pk;
	} else if (type == COSE_EDDSA) {
		eddsa_pk_t *pk = eddsa_pk_new();
		eddsa_pk_from_ptr(pk, fido_cred_pubkey_ptr(cred), fido_cred_pubkey_len(cred));
		key = pk;
	} else if (type == COSE_RS256) {
		rs256_pk_t *pk = rs256_pk_new();
		rs256_pk_from_ptr(pk, fido_cred_pubkey_ptr(cred), fido_cred_pubkey_len(cred));
		key = pk;
	}
	step(verify, fido_assert_verify(assertion, 0, type, key), FIDO_OK);
	count = fido_assert_sigcount(assertion, 0);
	fido_assert_free(&assertion);
	return count;
}

/* Asks for the secrets of a salt; false unless there are so many bytes. */
static bool secret(fido_dev_t *dev, const char *name, const fido_cred_t *cred, unsigned char fill, const char *pin,
    unsigned char *out)
{
	fido_assert_t *assertion = new_assert(cred);
	unsigned char salt[64];
	bool good;

	memset(salt, fill, sizeof(salt));
	if (pin == NULL && fido_dev_has_uv(dev))
		fido_assert_set_uv(assertion, FIDO_OPT_TRUE);
	fido_assert_set_extensions(assertion, FIDO_EXT_HMAC_SECRET);
	fido_assert_set_hmac_salt(assertion, salt, sizeof(salt));
	step(name, fido_dev_get_assert(dev, assertion, pin), FIDO_OK);
	good = fido_assert_hmac_secret_len(assertion, 0) == 64;
	if (good)
		memcpy(out, fido_assert_hmac_secret_ptr(assertion, 0), 64);
	fido_assert_free(&assertion);
	return good;
}

static void hmac_secret(fido_dev_t *dev, const fido_cred_t *cred, const char *pin)
{
	unsigned char a[64], b[64], c[64];
	bool good = secret(dev, "asks for secrets", cred, 1, pin, a) && secret(dev, "asks again", cred, 1, pin, b) &&
	    secret(dev, "asks with other salts", cred, 2, pin, c);

	tell("gets two secrets of 32 bytes", good, "another length");
	tell("gets the same secrets for the same salts", good && memcmp(a, b, 64) == 0, "others");
	tell("gets other secrets for other salts", good && memcmp(a, c, 32) != 0, "the same");
}

static bool has(fido_dev_t *dev, bool (*list)(fido_cbor_info_t *, const char *), const char *word)
{
	fido_cbor_info_t *info = fido_cbor_info_new();
	bool found = fido_dev_get_cbor_info(dev, info) == FIDO_OK && list(info, word);

	fido_cbor_info_free(&info);
	return found;
}

static bool version(fido_cbor_info_t *info, const char *word)
{
	for (size_t i = 0; i < fido_cbor_info_versions_len(info); i++)
		if (strcmp(fido_cbor_info_versions_ptr(info)[i], word) == 0)
			return true;
	return false;
}

static bool extension(fido_cbor_info_t *info, const char *word)
{
	for (size_t i = 0; i < fido_cbor_info_extensions_len(info); i++)
		if (strcmp(fido_cbor_info_extensions_ptr(info)[i], word) == 0)
			return true;
	return false;
}

static void credentials(fido_dev_t *dev, const fido_cred_t *cred, uint64_t count, const char *pin)
{
	fido_credman_metadata_t *metadata = fido_credman_metadata_new();
	fido_credman_rp_t *rps = fido_credman_rp_new();
	fido_credman_rk_t *keys = fido_credman_rk_new();

	step("reads credential metadata", fido_credman_get_dev_metadata(dev, metadata, pin), FIDO_OK);
	tell("counts the discoverable credentials", fido_credman_rk_existing(metadata) == count, "another number");
	step("lists the RPs", fido_credman_get_dev_rp(dev, rps, pin), FIDO_OK);
	tell("finds one RP", fido_credman_rp_count(rps) == 1 && strcmp(fido_credman_rp_id(rps, 0), RP) == 0, "others");
	step("lists the RP's credentials", fido_credman_get_dev_rk(dev, RP, keys, pin), FIDO_OK);
	tell("finds them all", fido_credman_rk_count(keys) == count, "another number");

	fido_cred_t *renamed = fido_cred_new();
	fido_cred_set_id(renamed, fido_cred_id_ptr(cred), fido_cred_id_len(cred));
	fido_cred_set_user(renamed, user_id, sizeof(user_id), "eve", "Eve", NULL);
	step("renames the user", fido_credman_set_dev_rk(dev, renamed, pin), FIDO_OK);
	fido_credman_rk_free(&keys);
	keys = fido_credman_rk_new();
	fido_credman_get_dev_rk(dev, RP, keys, pin);
	tell("finds the new name",
	    fido_credman_rk_count(keys) > 0 && strcmp(fido_cred_user_name(fido_credman_rk(keys, 0)), "eve") == 0, "not");
	step("deletes a credential", fido_credman_del_dev_rk(dev, fido_cred_id_ptr(cred), fido_cred_id_len(cred), pin),
	    FIDO_OK);
	step("does not find it any more",
	    fido_credman_del_dev_rk(dev, fido_cred_id_ptr(cred), fido_cred_id_len(cred), pin), FIDO_ERR_NO_CREDENTIALS);
	fido_cred_free(&renamed);
	fido_credman_rk_free(&keys);
	fido_credman_rp_free(&rps);
	fido_credman_metadata_free(&metadata);
}

static void large_blobs(fido_dev_t *dev, const fido_cred_t *cred, const char *pin)
{
	const unsigned char *key = fido_cred_largeblob_key_ptr(cred);
	size_t key_len = fido_cred_largeblob_key_len(cred), len = 0;
	unsigned char blob[3000], *read = NULL;

	for (size_t i = 0; i < sizeof(blob); i++)
		blob[i] = (unsigned char)(i * i >> 3);
	tell("has a large-blob key", key_len == 32, "none");
	step("finds no blob yet", fido_dev_largeblob_get(dev, key, key_len, &read, &len), FIDO_ERR_NOTFOUND);
	step("writes a large blob", fido_dev_largeblob_set(dev, key, key_len, blob, sizeof(blob), pin), FIDO_OK);
	step("reads the large blob", fido_dev_largeblob_get(dev, key, key_len, &read, &len), FIDO_OK);
	tell("reads what it wrote", len == sizeof(blob) && memcmp(read, blob, len) == 0, "something else");
	step("removes the large blob", fido_dev_largeblob_remove(dev, key, key_len, pin), FIDO_OK);
	free(read);
}

/* The sequences. */

static void with_pin(fido_dev_t *dev)
{
	const char *pin = "1234-äöü", *next = "another one";
	fido_cred_t *es256, *eddsa;
	uint32_t count;
	int retries = 0;

	tell("is a FIDO2 device", fido_dev_is_fido2(dev), "not");
	tell("says FIDO_2_1", has(dev, version, "FIDO_2_1"), "not");
	tell("says hmac-secret", has(dev, extension, "hmac-secret"), "not");
	tell("has no PIN yet", fido_dev_supports_pin(dev) && !fido_dev_has_pin(dev), "it has");
	step("refuses a PIN that is too short", fido_dev_set_pin(dev, "123", NULL), FIDO_ERR_PIN_POLICY_VIOLATION);
	step("sets a PIN", fido_dev_set_pin(dev, "first", NULL), FIDO_OK);
	step("does not change it for a wrong one", fido_dev_set_pin(dev, pin, "wrong"), FIDO_ERR_PIN_INVALID);
	fido_dev_get_retry_count(dev, &retries);
	tell("has counted the attempt", retries == 7, "not");
	step("changes the PIN", fido_dev_set_pin(dev, pin, "first"), FIDO_OK);
	step("changes it again", fido_dev_set_pin(dev, next, pin), FIDO_OK);

	es256 = make(dev, "makes an ES256 credential", COSE_ES256, FIDO_OPT_TRUE,
	    FIDO_EXT_HMAC_SECRET | FIDO_EXT_LARGEBLOB_KEY | FIDO_EXT_CRED_PROTECT, next);
	eddsa = make(dev, "makes an EdDSA credential", COSE_EDDSA, FIDO_OPT_FALSE, 0, next);

	fido_cred_t *refused = new_cred(COSE_ES256);
	step("makes none with a wrong PIN", fido_dev_make_cred(dev, refused, "wrong"), FIDO_ERR_PIN_INVALID);
	fido_cred_exclude(refused, fido_cred_id_ptr(eddsa), fido_cred_id_len(eddsa));
	step("makes none beside an excluded one", fido_dev_make_cred(dev, refused, next), FIDO_ERR_CREDENTIAL_EXCLUDED);
	fido_cred_free(&refused);

	count = sign_in(dev, "signs in with ES256", es256, false, next);
	tell("counts up", sign_in(dev, "signs in with a discoverable credential", es256, true, next) > count, "not");
	sign_in(dev, "signs in with EdDSA", eddsa, false, next);
	hmac_secret(dev, es256, next);
	large_blobs(dev, es256, next);
	credentials(dev, es256, 1, next);
	step("toggles alwaysUv", fido_dev_toggle_always_uv(dev, next), FIDO_OK);
	step("raises the minimum PIN length", fido_dev_set_pin_minlen(dev, 6, next), FIDO_OK);

	step("resets", fido_dev_reset(dev), FIDO_OK);
	fido_assert_t *gone = new_assert(eddsa);
	step("knows no credential after a reset", fido_dev_get_assert(dev, gone, NULL), FIDO_ERR_NO_CREDENTIALS);
	fido_assert_free(&gone);
	fido_cred_free(&es256);
	fido_cred_free(&eddsa);
}

static void built_in(fido_dev_t *dev)
{
	fido_cred_t *cred;

	tell("verifies its user by itself", fido_dev_has_uv(dev), "not");
	cred = make(dev, "makes a credential", COSE_ES256, FIDO_OPT_TRUE, FIDO_EXT_HMAC_SECRET, NULL);
	sign_in(dev, "signs in", cred, true, NULL);
	hmac_secret(dev, cred, NULL);
	fido_cred_free(&cred);
}

/* RS256, where the device has it, and credentials that are stored nowhere. */
static void wrapped(fido_dev_t *dev)
{
	int types[] = { COSE_ES256, COSE_EDDSA, COSE_RS256 };
	const char *names[] = { "makes ES256", "makes EdDSA", "makes RS256" };
	const char *uses[] = { "signs with ES256", "signs with EdDSA", "signs with RS256" };

	for (int i = 0; i < 3; i++) {
		fido_cred_t *cred = make(dev, names[i], types[i], FIDO_OPT_FALSE, FIDO_EXT_HMAC_SECRET, NULL);
		sign_in(dev, uses[i], cred, false, NULL);
		fido_cred_free(&cred);
	}
}

static void u2f(fido_dev_t *dev)
{
	fido_cred_t *cred = new_cred(COSE_ES256);

	tell("is no FIDO2 device", !fido_dev_is_fido2(dev), "it is");
	step("registers", fido_dev_make_cred(dev, cred, NULL), FIDO_OK);
	tell("has a fido-u2f statement", strcmp(fido_cred_fmt(cred), "fido-u2f") == 0, fido_cred_fmt(cred));
	step("registers, and it verifies", fido_cred_verify(cred), FIDO_OK);
	sign_in(dev, "authenticates", cred, false, NULL);
	fido_cred_free(&cred);
}

/* A credential of U2F is one of CTAP2's, and the other way round. */
static void both(fido_dev_t *dev)
{
	fido_cred_t *old = new_cred(COSE_ES256), *cred;

	fido_dev_force_u2f(dev);
	step("registers over U2F", fido_dev_make_cred(dev, old, NULL), FIDO_OK);
	fido_dev_force_fido2(dev);
	sign_in(dev, "asserts it over CTAP2", old, false, NULL);
	cred = make(dev, "makes one over CTAP2", COSE_ES256, FIDO_OPT_FALSE, 0, NULL);
	fido_dev_force_u2f(dev);
	sign_in(dev, "authenticates with it over U2F", cred, false, NULL);
	fido_cred_free(&old);
	fido_cred_free(&cred);
}

static void fingerprints(fido_dev_t *dev)
{
	const char *pin = "1234";
	fido_bio_info_t *info = fido_bio_info_new();
	fido_bio_template_t *finger = fido_bio_template_new();
	fido_bio_template_array_t *all = fido_bio_template_array_new();
	fido_bio_enroll_t *enrollment = fido_bio_enroll_new();

	step("sets a PIN", fido_dev_set_pin(dev, pin, NULL), FIDO_OK);
	step("asks about the sensor", fido_bio_dev_get_info(dev, info), FIDO_OK);
	tell("which takes three samples", fido_bio_info_max_samples(info) == 3, "another number");
	step("begins to enrol", fido_bio_dev_enroll_begin(dev, finger, enrollment, 10000, pin), FIDO_OK);
	while (fido_bio_enroll_remaining_samples(enrollment) > 0)
		if (fido_bio_dev_enroll_continue(dev, finger, enrollment, 10000) != FIDO_OK)
			break;
	tell("enrols a fingerprint", fido_bio_enroll_remaining_samples(enrollment) == 0, "not");
	fido_bio_template_set_name(finger, "thumb");
	step("names it", fido_bio_dev_set_template_name(dev, finger, pin), FIDO_OK);
	step("lists the fingerprints", fido_bio_dev_get_template_array(dev, all, pin), FIDO_OK);
	tell("finds it under its name",
	    fido_bio_template_array_count(all) == 1 && strcmp(fido_bio_template_name(fido_bio_template(all, 0)), "thumb") == 0,
	    "not");
	step("removes it", fido_bio_dev_enroll_remove(dev, finger, pin), FIDO_OK);
	fido_bio_info_free(&info);
	fido_bio_template_free(&finger);
	fido_bio_template_array_free(&all);
	fido_bio_enroll_free(&enrollment);
}

static const struct {
	const char *name;
	void (*run)(fido_dev_t *);
} sequences[] = {
	{ "pin", with_pin },
	{ "built-in", built_in },
	{ "wrapped", wrapped },
	{ "u2f", u2f },
	{ "both", both },
	{ "fingerprints", fingerprints },
};

int main(int argc, char **argv)
{
	fido_dev_t *dev;

	if (argc != 3) {
		fprintf(stderr, "usage: client PORT SEQUENCE\n");
		return 2;
	}
	fido_init(getenv("FIDO_DEBUG") == NULL ? 0 : FIDO_DEBUG);
	dev = connected(argv[1]);
	for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++)
		if (strcmp(sequences[i].name, argv[2]) == 0)
			sequences[i].run(dev);
	fido_dev_close(dev);
	fido_dev_free(&dev);
	return failures == 0 ? 0 : 1;
}
