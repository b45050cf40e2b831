/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates that are not as usual, on the screens. */
#include "info-screen.h"

/* --- Certificates made to measure; nobody signed them --- */

struct parts {
	const char *subject;    /* hexadecimal, a whole Name; NULL: an empty one */
	const char *behind_key; /* hexadecimal: unique identifiers */
	const char *signature;  /* hexadecimal, an AlgorithmIdentifier; NULL: Ed25519 */
	struct forge_ext ext;   /* hex NULL: none */
	const char *oid;        /* of ext, hexadecimal, in the place of its id */
	const char *spki;       /* hexadecimal; NULL: an Ed25519 one */
};

static void
put_extension(struct buf *out, const struct parts *p)
{
	struct buf value = hex_buf(p->ext.hex);
	struct buf oid = BUF_INIT;
	size_t start = out->size;

	if (p->oid) {
		hex_put(&oid, p->oid, NULL);
		der_put(out, DER_OID, buf_span(&oid));
		der_put(out, DER_OCTET_STRING, buf_span(&value));
		der_wrap(out, start, DER_SEQUENCE);
	} else {
		forge_put_ext(out, p->ext.id, p->ext.critical, buf_span(&value));
	}
	der_wrap(out, start, DER_SEQUENCE);
	der_wrap(out, start, DER_CONTEXT_SET(3));
	buf_release(&oid);
	buf_release(&value);
}

static struct buf
make(const struct parts *p)
{
	struct buf der = BUF_INIT;
	size_t start;

	hex_put(&der, "a003020102020101", NULL);
	hex_put(&der, p->signature, ed25519_alg);
	hex_put(&der, p->subject, "3000");
	start = der.size;
	der_put_time(&der, forge_from);
	der_put_time(&der, forge_to);
	der_wrap(&der, start, DER_SEQUENCE);
	hex_put(&der, p->subject, "3000");
	hex_put(&der, p->spki, ed25519_spki);
	hex_put(&der, p->behind_key, "");
	if (p->ext.hex)
		put_extension(&der, p);
	der_wrap(&der, 0, DER_SEQUENCE);
	hex_put(&der, p->signature, ed25519_alg);
	hex_put(&der, "03020000", NULL);
	der_wrap(&der, 0, DER_SEQUENCE);
	return der;
}

/* The screen of a certificate that is made of parts; the caller frees it. */
static char *
shown_parts(enum which which, const struct parts *p)
{
	struct buf der = make(p);
	struct kdb db = KDB_INIT;
	struct row row = add(&db, ENTRY_CERT, "made", buf_span(&der));
	struct info info = { .row = &row, .db = NULL };
	char *text = shown(which, &info, 0);

	kdb_release(&db);
	buf_release(&der);
	return text;
}

static void
fields_are_shown_as_they_are(void **state)
{
	static const struct {
		const char *why;
		struct parts parts;
		const char *line;
	} rows[] = {
		{ "an empty name", { .subject = "3000" }, "      Subject name:" },
		{ "a name that is none", { .subject = "30023000" }, "      Subject name: ?" },
		{ "BMPString",
		  { .subject = "300d310b300906035504031e0200e4" },
		  "      Subject name: \xc3\xa4" },
		{ "TeletexString is Latin-1",
		  { .subject = "300c310a300806035504031401e4" },
		  "      Subject name: \xc3\xa4" },
		{ "half a character of a BMPString",
		  { .subject = "300c310a300806035504031e0141" },
		  "      Subject name: #1e0141" },
		{ "no text",
		  { .subject = "300d310b3009060355040304020500" },
		  "      Subject name: #04020500" },
		{ "control characters and a line feed",
		  { .subject = "300e310c300a06035504030c030a1b7f" },
		  "      Subject name: \\x0a\\x1b\\x7f" },
		{ "a bidi override",
		  { .subject = "300f310d300b06035504030c0461e280ae" },
		  "      Subject name: a\\u{202e}" },
		{ "a NUL",
		  { .subject = "300e310c300a06035504031303610062" },
		  "      Subject name: a\\x00b" },
		{ "issuer's unique identifier",
		  { .behind_key = "810204f0" },
		  "  Issuer unique ID: F0" },
		{ "subject's alone", { .behind_key = "8203000102" }, " Subject unique ID: 01 02" },
		{ "an identifier that is no BIT STRING",
		  { .behind_key = "81020901" },
		  "  Issuer unique ID: 09 01" },
		{ "a known key", { .spki = NULL }, "Public key algorithm: Ed25519" },
		{ "its size", { .spki = NULL }, "   Public key size: 256" },
		{ "an unknown kind of key",
		  { .spki = "300b300506032a0304030200ab" },
		  "Public key algorithm: 1.2.3.4" },
		{ "and its bytes",
		  { .spki = "300b300506032a0304030200ab" },
		  "        Public key: AB" },
		{ "ECDSA",
		  { .signature = "300a06082a8648ce3d040302" },
		  "Signature algorithm: ecdsaWithSha256" },
		{ "PSS",
		  { .signature = "300b06092a864886f70d01010a" },
		  "Signature algorithm: rsassaPss" },
		{ "an algorithm without another name",
		  { .signature = "300b0609608648016503040311" },
		  "Signature algorithm: ML-DSA-44" },
		{ "an unknown algorithm",
		  { .signature = "300506032a0304" },
		  "Signature algorithm: 1.2.3.4" },
		{ "a known OID that is no algorithm",
		  { .signature = "30050603550403" },
		  "Signature algorithm: 2.5.4.3" },
		{ "no extensions", { .spki = NULL }, "Number of extensions: 0" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *text = shown_parts(CERTIFICATE, &rows[i].parts);

		assert_safe(text);
		if (!has_line(text, rows[i].line))
			fail_msg("%s:\n%s", rows[i].why, text);
		free(text);
	}
}

static void
each_kind_of_extension_is_shown(void **state)
{
	static const struct {
		const char *why;
		struct parts parts;
		const char *text;
	} rows[] = {
		{ "an issuer by name and number",
		  { .ext = { OID_EXT_AKI, false, "30108002abcda106820161820162820200c7" } },
		  "Key identifier:\nAB CD\nIssuer:\ndns:a\ndns:b\nSerial number:\n00 C7\n" },
		{ "an issuer alone",
		  { .ext = { OID_EXT_AKI, false, "3008a106820161820162" } },
		  "Issuer:\ndns:a\ndns:b\n" },
		{ "an issuer that is damaged in part",
		  { .ext = { OID_EXT_AKI, false, "3007a1058201610500" } },
		  "Issuer:\ndns:a\n?\n" },
		{ "no CA",
		  { .ext = { OID_EXT_BASIC_CONSTRAINTS, true, "3000" } },
		  "Certification authority: No\n" },
		{ "a path length",
		  { .ext = { OID_EXT_BASIC_CONSTRAINTS, true, "30060101ff020103" } },
		  "Certification authority: Yes\nPath length: 3\n" },
		{ "usages",
		  { .ext = { OID_EXT_EKU, false, "301006082b0601050507030106042a030405" } },
		  "serverAuth\n1.2.3.4.5\n" },
		{ "names that look like several",
		  { .ext = { OID_EXT_SAN, false, "30128206612c646e733a8702c00082040a69703a" } },
		  "dns:a,dns:\nip:#c000\ndns:\\x0aip:\n" },
		{ "URLs of CRLs",
		  { .ext = { OID_EXT_CRL_DP, false,
			     "3014300aa008a0068201618201623006a004a0028600" } },
		  "dns:a\ndns:b\nuri:\n" },
		{ "access",
		  { .ext = { OID_EXT_AIA, false, "3010300e06082b060105050730018602613a" } },
		  "OCSP uri:a:\n" },
		{ "policies",
		  { .ext = { OID_EXT_POLICIES, false, "300e30060604551d2000300406022a03" } },
		  "anyPolicy\n1.2.3\n" },
		{ "a kind whose bytes nobody reads",
		  { .ext = { OID_EXT_SCT, false, "0401ab" } },
		  "04 01 AB\n" },
		{ "an unknown kind", { .ext = { .hex = "00" }, .oid = "2a0304" }, "00\n" },
		{ "nothing at all in it", { .ext = { .hex = "" }, .oid = "2a0304" }, "\n" },
		{ "damage",
		  { .ext = { OID_EXT_KEY_USAGE, true, "0500" } },
		  "The extension is damaged:\n05 00\n" },
		{ "damage",
		  { .ext = { OID_EXT_SKI, false, "0402ab" } },
		  "The extension is damaged:\n04 02 AB\n" },
		{ "damage",
		  { .ext = { OID_EXT_AKI, false, "300380016105" } },
		  "The extension is damaged:\n30 03 80 01 61 05\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *text = shown_parts(EXTENSION, &rows[i].parts);

		assert_safe(text);
		if (strcmp(text, rows[i].text) != 0)
			fail_msg("%s:\n%s", rows[i].why, text);
		free(text);
	}
}

/* An unknown kind is listed by its number. */
static void
unknown_extensions_are_listed(void **state)
{
	char *text =
	    shown_parts(EXTENSIONS, &(struct parts){ .ext = { .hex = "00" }, .oid = "2a0304" });

	(void)state;
	assert_non_null(strstr(text, "\n   1 - 1.2.3.4\n"));
	free(text);
	/* serverAuth is known, but is no extension */
	text = shown_parts(EXTENSIONS,
			   &(struct parts){ .ext = { .hex = "00" }, .oid = "2b06010505070301" });
	assert_non_null(strstr(text, "\n   1 - 1.3.6.1.5.5.7.3.1\n"));
	free(text);
}

/* A name of as many values as fit into 64 KiB: all of them, one a line. */
static void
huge_names_are_shown(void **state)
{
	enum { VALUES = 5000 };
	struct buf name = BUF_INIT;
	struct buf text = BUF_INIT;
	char *screen;
	size_t lines = 0;

	(void)state;
	for (size_t i = 0; i < VALUES; i++)
		hex_put(&name, "310a300806035504030c0161", NULL);
	der_wrap(&name, 0, DER_SEQUENCE);
	text_put_hex(&text, buf_span(&name));
	screen = shown_parts(CERTIFICATE, &(struct parts){ .subject = buf_text(&text) });
	for (const char *at = screen; (at = strstr(at, " a\n")) != NULL; at++)
		lines++;
	assert_int_equal(lines, 2 * VALUES);
	free(screen);
	buf_release(&text);
	buf_release(&name);
}

/* Every truncation and every change of one byte: shown, or told to be damaged. */
static void
changed_certificates_do_no_harm(void **state)
{
	struct buf der = make(&(struct parts){
	    .subject = "301a310b3009060355040613025553310b300906035504030c026162",
	    .behind_key = "810204f0",
	    .ext = { OID_EXT_AKI, false, "30108002abcda106820161820162820200c7" },
	});
	struct buf other = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < 2 * der.size; i++) {
		struct kdb db = KDB_INIT;
		struct row row;
		struct info info = { .row = &row, .db = &db };

		buf_cut(&other, 0);
		buf_put(&other, span_part(buf_span(&der), 0, i < der.size ? i + 1 : der.size));
		if (i >= der.size)
			other.data[i - der.size] ^= (unsigned char)(i % 255 + 1);
		row = add(&db, ENTRY_KEY, "odd", buf_span(&other));
		for (enum which which = CERTIFICATE; which <= EXTENSION; which++) {
			char *text = shown(which, &info, 0);

			assert_safe(text);
			free(text);
		}
		kdb_release(&db);
	}
	buf_release(&other);
	buf_release(&der);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_shown_as_they_are),
		cmocka_unit_test(each_kind_of_extension_is_shown),
		cmocka_unit_test(unknown_extensions_are_listed),
		cmocka_unit_test(huge_names_are_shown),
		cmocka_unit_test(changed_certificates_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
