/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hex.h"
#include "pki-world.h"
#include "pki/alg.h"
#include "pki/der.h"
#include "pki/key.h"
#include "pki/legacy-cipher.h"
#include "pki/pbe-scheme.h"
#include "pki/pbe.h"

#define SALT "04080102030405060708"

/* The two parts of a PFX that its MAC concerns. */
static void
pfx_parts(struct span pfx, struct span *content, struct span *macdata)
{
	struct span in;
	struct span info;
	struct span octets;
	struct span version;
	struct span type;

	assert_int_equal(der_only(pfx, DER_SEQUENCE, &in), RC_OK);
	assert_int_equal(der_take(&in, DER_INTEGER, &version), RC_OK);
	assert_int_equal(der_take(&in, DER_SEQUENCE, &info), RC_OK);
	assert_int_equal(der_take(&info, DER_OID, &type), RC_OK);
	assert_int_equal(der_take(&info, DER_CONTEXT_SET(0), &octets), RC_OK);
	assert_int_equal(der_take(&octets, DER_OCTET_STRING, content), RC_OK);
	*macdata = SPAN_NONE;
	if (in.size)
		assert_int_equal(der_take(&in, DER_SEQUENCE, macdata), RC_OK);
}

static void
openssls_macs_match(void **state)
{
	static const char *const options[] = {
		"-macalg SHA256", "-macalg SHA1", "-macalg SHA512",
		"-macalg SHA384", "-nomaciter",   "-macalg MD5",
	};
	char line[400];
	size_t i;

	(void)state;
	NEED("openssl");
	assert_int_equal(
	    tool_run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
		     "-subj /CN=x -keyout k -out c"),
	    0);
	for (i = 0; i < ARRAY_SIZE(options); i++) {
		struct pw *pw = pw_of("p\xc3\xa4ss", 0);
		struct pw *wrong = pw_of("pass", 0);
		struct p12_mac mac;
		struct buf pfx;
		struct span content;
		struct span macdata;
		struct digest *d = NULL;
		unsigned char digest[DIGEST_MAX];

		snprintf(line, sizeof(line),
			 "openssl pkcs12 -export -inkey k -in c -out p -passout 'pass:p\xc3\xa4ss' "
			 "-iter 2 "
			 "%s",
			 options[i]);
		assert_int_equal(tool_run(line), 0);
		pfx = file("p");
		pfx_parts(buf_span(&pfx), &content, &macdata);
		assert_int_equal(p12_mac_read(&mac, macdata), RC_OK);
		if (p12_mac_check(&mac, pw, content, NULL))
			fail_msg("%s", options[i]);
		assert_int_equal(p12_mac_check(&mac, wrong, content, NULL), RC_WRONG_SECRET);
		if (mac.hash == HASH_SHA256) {
			assert_int_equal(p12_mac_start(&d, pw, mac.salt, mac.iterations), RC_OK);
			assert_int_equal(digest_add(d, content), RC_OK);
			digest_finish(&d, digest);
			assert_memory_equal(digest, mac.digest.data, mac.digest.size);
		}
		content.size--;
		assert_int_equal(p12_mac_check(&mac, pw, content, NULL), RC_WRONG_SECRET);
		pw_free(&pw);
		pw_free(&wrong);
		buf_release(&pfx);
	}
}

struct mac_case {
	const char *why;
	const char *hex; /* contents of the MacData */
	enum rc read;
	enum rc check;
};

static const struct mac_case mac_cases[] = {
	{ "nothing", "", RC_DAMAGED, RC_OK },
	{ "an unknown digest",
	  "300b"
	  "3005"
	  "06032a0304"
	  "0402"
	  "0000" SALT,
	  RC_UNSUPPORTED, RC_OK },
	{ "no salt",
	  "3013"
	  "300d"
	  "06092a864886f70d01050e"
	  "0500"
	  "0402"
	  "0000",
	  RC_DAMAGED, RC_OK },
	{ "a digest of a wrong length",
	  "301a"
	  "3009"
	  "06052b0e03021a"
	  "0500"
	  "040d"
	  "00000000000000000000000000" SALT,
	  RC_OK, RC_WRONG_SECRET },
	{ "a count beyond all",
	  "300f"
	  "3009"
	  "06052b0e03021a"
	  "0500"
	  "0402"
	  "0000" SALT "020a00800000000000000000",
	  RC_OK, RC_LIMIT },
	{ "a count that is none",
	  "300f"
	  "3009"
	  "06052b0e03021a"
	  "0500"
	  "0402"
	  "0000" SALT "0500",
	  RC_DAMAGED, RC_OK },
	{ "a negative count",
	  "300f"
	  "3009"
	  "06052b0e03021a"
	  "0500"
	  "0402"
	  "0000" SALT "0201ff",
	  RC_DAMAGED, RC_OK },
	{ "PBMAC1 without parameters",
	  "3011"
	  "300b"
	  "06092a864886f70d01050e"
	  "0402"
	  "0000" SALT,
	  RC_OK, RC_DAMAGED },
	{ "PBMAC1 without keyLength",
	  "303d"
	  "3037"
	  "06092a864886f70d01050e"
	  "302a"
	  "301a"
	  "06092a864886f70d01050c"
	  "300d" SALT "020101"
	  "300c"
	  "06082a864886f70d0209"
	  "0500"
	  "0402"
	  "0000" SALT,
	  RC_OK, RC_DAMAGED },
	{ "PBMAC1 with an unknown HMAC",
	  "3039"
	  "3033"
	  "06092a864886f70d01050e"
	  "3026"
	  "301d"
	  "06092a864886f70d01050c"
	  "3010" SALT "020101"
	  "020120"
	  "3005"
	  "06032a0304"
	  "0402"
	  "0000" SALT,
	  RC_OK, RC_UNSUPPORTED },
	{ "PBMAC1 that does not match",
	  "3040"
	  "303a"
	  "06092a864886f70d01050e"
	  "302d"
	  "301d"
	  "06092a864886f70d01050c"
	  "3010" SALT "020101"
	  "020120"
	  "300c"
	  "06082a864886f70d0209"
	  "0500"
	  "0402"
	  "0000" SALT,
	  RC_OK, RC_WRONG_SECRET },
};

static void
macs_are_read(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(mac_cases); i++) {
		struct buf der = hex_buf(mac_cases[i].hex);
		struct pw *pw = pw_of("x", 0);
		struct p12_mac mac;
		enum rc rc;

		rc = p12_mac_read(&mac, buf_span(&der));
		if (rc != mac_cases[i].read)
			fail_msg("%s: read: %s", mac_cases[i].why, rc_code(rc));
		if (!rc) {
			rc = p12_mac_check(&mac, pw, span_text("x"), NULL);
			if (rc != mac_cases[i].check)
				fail_msg("%s: check: %s", mac_cases[i].why, rc_code(rc));
		}
		pw_free(&pw);
		buf_release(&der);
	}
}

/* --- Real files
 * ------------------------------------------------------------------------------------- */

/* A corpus file as DER: of PEM the encrypted key in it. False when there is none. */
static bool
corpus_der(struct buf *der, const char *path)
{
	struct buf raw = BUF_INIT;
	const char *text;
	const char *end;
	bool ok = false;

	if (!tool_read(&raw, path))
		return false;
	text = strstr(buf_text(&raw), "-----BEGIN ENCRYPTED PRIVATE KEY-----");
	if (text) {
		text += strlen("-----BEGIN ENCRYPTED PRIVATE KEY-----");
		end = strstr(text, "-----END");
		ok = end && !text_get_base64(der, SPAN_OF(text, (size_t)(end - text)), NULL);
	} else {
		ok = der_from_ber(der, buf_span(&raw), NULL) == RC_OK;
	}
	buf_release(&raw);
	return ok;
}

/* Field n of a line of a table, in place. */
static char *
field(char *line, unsigned n)
{
	while (n-- && line) {
		line = strchr(line, '\t');
		if (line)
			line++;
	}
	if (line)
		line[strcspn(line, "\t\n")] = '\0';
	return line;
}

/* Calls each(path, password, third) for each line of a table of the corpus. False where there is
 * none. */
static bool
each_line(const char *table, unsigned pass_at, unsigned kind_at,
	  void (*each)(const char *path, const char *pass, const char *kind))
{
	const char *corpus = getenv("KYMAN_CORPUS");
	char path[3 * TOOL_PATH_MAX];
	char line[TOOL_PATH_MAX];
	char copy[2][TOOL_PATH_MAX];
	FILE *f;

	if (!corpus) {
		print_message("# skipped: KYMAN_CORPUS is not set\n");
		return false;
	}
	snprintf(path, sizeof(path), "%s/%s", corpus, table);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	while (fgets(line, sizeof(line), f)) {
		memcpy(copy[0], line, sizeof(line));
		memcpy(copy[1], line, sizeof(line));
		snprintf(path, sizeof(path), "%s/%.*s", corpus, TOOL_PATH_MAX, field(line, 0));
		each(path, field(copy[0], pass_at), field(copy[1], kind_at));
	}
	fclose(f);
	return true;
}

static unsigned opened;
static unsigned seen;

static void
open_corpus_key(const char *path, const char *pass, const char *kind)
{
	struct buf der = BUF_INIT;
	struct pw *pw;
	struct secret *p8 = NULL;
	struct err err = ERR_INIT;
	enum rc rc;

	if (strcmp(kind, "encrypted") != 0 || strcmp(pass, "?") == 0)
		return;
	if (corpus_der(&der, path) && pbe_is_key(buf_span(&der))) {
		pw = pw_of(pass, 0);
		seen++;
		rc = pbe_open_key(&p8, pw, buf_span(&der), &err);
		if (rc)
			print_message("# %s: %s: %s\n", path, rc_code(rc), err.message);
		else
			opened++;
		secret_free(&p8);
		pw_free(&pw);
	}
	buf_release(&der);
}

static void
corpus_keys_open(void **state)
{
	(void)state;
	opened = seen = 0;
	if (!each_line("keys.tsv", 3, 2, open_corpus_key))
		return;
	print_message("# %u of %u encrypted keys\n", opened, seen);
	assert_true(opened > 0);
	assert_int_equal(opened, seen);
}

static void
check_corpus_mac(const char *path, const char *pass, const char *expected)
{
	struct buf der = BUF_INIT;
	struct span content;
	struct span macdata;
	struct p12_mac mac;
	struct pw *pw;
	struct err err = ERR_INIT;
	enum rc rc;

	if (strcmp(expected, "opens") != 0)
		return;
	if (strcmp(pass, "<empty>") == 0)
		pass = "";
	assert_true(corpus_der(&der, path));
	pfx_parts(buf_span(&der), &content, &macdata);
	if (macdata.size) {
		pw = pw_of(pass, 0);
		seen++;
		rc = p12_mac_read(&mac, macdata);
		if (!rc)
			rc = p12_mac_check(&mac, pw, content, &err);
		if (rc)
			print_message("# %s: %s: %s\n", path, rc_code(rc), err.message);
		else
			opened++;
		pw_free(&pw);
	}
	buf_release(&der);
}

static void
corpus_macs_match(void **state)
{
	(void)state;
	opened = seen = 0;
	if (!each_line("p12.tsv", 1, 2, check_corpus_mac))
		return;
	print_message("# %u of %u MACs\n", opened, seen);
	assert_true(opened > 0);
	assert_int_equal(opened, seen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(openssls_macs_match),
		cmocka_unit_test(macs_are_read),
		cmocka_unit_test(corpus_keys_open),
		cmocka_unit_test(corpus_macs_match),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
