/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/ext.h"

#include "hex.h"
#include "pki/der.h"

#include <string.h>

static void
test_next(void **state)
{
	static const struct {
		const char *why;
		const char *in;
		enum rc rc;
		bool critical;
	} rows[] = {
		{ "the end", "", RC_NOT_FOUND, false },
		{ "not critical", "30070603551d0f0400", RC_OK, false },
		{ "critical", "300a0603551d0f0101ff0400", RC_OK, true },
		{ "the default written", "300a0603551d0f0101000400", RC_OK, false },
		{ "a BER true counts as true", "300a0603551d0f0101010400", RC_OK, true },
		{ "an empty boolean", "30090603551d0f01000400", RC_DAMAGED, false },
		{ "no value", "30050603551d0f", RC_DAMAGED, false },
		{ "no id", "30020400", RC_DAMAGED, false },
		{ "something behind the value", "30090603551d0f04000500", RC_DAMAGED, false },
		{ "no SEQUENCE", "0400", RC_DAMAGED, false },
		{ "cut off", "30070603551d0f04", RC_DAMAGED, false },
	};
	struct buf b = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span in = hex(&b, rows[i].in);
		struct span before = in;
		struct ext x = { .critical = false };

		if (ext_next(&in, &x) != rows[i].rc || x.critical != rows[i].critical)
			fail_msg("%s", rows[i].why);
		if (rows[i].rc)
			assert_true(span_equal(before, in));
		else
			assert_int_equal(in.size, 0);
	}
	buf_release(&b);
}

static void
test_find(void **state)
{
	struct buf b = BUF_INIT;
	struct span two = hex(&b, "30070603551d1104003008"
				  "0603551d0f040107");
	struct ext x;

	(void)state;
	assert_true(ext_find(two, OID_EXT_KEY_USAGE, &x));
	assert_int_equal(x.value.size, 1);
	assert_true(ext_find(two, OID_EXT_SAN, &x));
	assert_int_equal(x.value.size, 0);
	assert_false(ext_find(two, OID_EXT_SKI, &x));
	assert_false(ext_find(SPAN_NONE, OID_EXT_SKI, &x));
	buf_release(&b);
}

static void
test_duplicate(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	assert_false(ext_has_duplicate(SPAN_NONE));
	assert_false(ext_has_duplicate(hex(&b, "30070603551d11040030070603551d0f0400")));
	assert_true(ext_has_duplicate(hex(&b, "30070603551d11040030070603551d110400")));
	assert_true(
	    ext_has_duplicate(hex(&b, "30070603551d11040030070603551d0f040030070603551d110400")));
	buf_release(&b);
}

static void
test_too_many(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	/* All different, so that only their number can be wrong. */
	for (unsigned i = 0; i <= EXT_MAX; i++) {
		unsigned char oid[] = { 0x55, 0x81, (unsigned char)(i >> 7 | 0x80),
					(unsigned char)(i & 0x7f) };
		size_t start = b.size;

		if (i == EXT_MAX)
			assert_false(ext_has_duplicate(buf_span(&b)));
		der_put(&b, DER_OID, SPAN_OF(oid, sizeof(oid)));
		der_put(&b, DER_OCTET_STRING, SPAN_NONE);
		der_wrap(&b, start, DER_SEQUENCE);
	}
	assert_true(ext_has_duplicate(buf_span(&b)));
	buf_release(&b);
}

static void
test_basic_constraints(void **state)
{
	static const struct {
		const char *why;
		const char *in;
		enum rc rc;
		bool ca;
		int length;
	} rows[] = {
		{ "empty", "3000", RC_OK, false, -1 },
		{ "a CA", "30030101ff", RC_OK, true, -1 },
		{ "the default written", "3003010100", RC_OK, false, -1 },
		{ "a CA, length 0", "30060101ff020100", RC_OK, true, 0 },
		{ "a length without CA", "3003020105", RC_OK, false, 5 },
		{ "a length of more than an int", "300a0101ff02050100000000", RC_OK, true,
		  INT32_MAX },
		{ "a length of more than 63 bits", "300e0101ff0209010000000000000000", RC_OK, true,
		  INT32_MAX },
		{ "a negative length", "30060101ff0201ff", RC_DAMAGED, true, -1 },
		{ "something behind", "30080101ff0201000500", RC_DAMAGED, true, -1 },
		{ "behind the SEQUENCE", "30000500", RC_DAMAGED, false, -1 },
		{ "nothing", "", RC_DAMAGED, false, -1 },
	};
	struct buf b = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool ca;
		int length;

		if (ext_basic_constraints(hex(&b, rows[i].in), &ca, &length) != rows[i].rc ||
		    ca != rows[i].ca || length != rows[i].length)
			fail_msg("%s: %d %d", rows[i].why, ca, length);
	}
	buf_release(&b);
}

static void
test_key_usage(void **state)
{
	static const struct {
		const char *why;
		const char *in;
		enum rc rc;
		unsigned bits;
	} rows[] = {
		{ "the first bit", "03020780", RC_OK, KU_DIGITAL_SIGNATURE },
		{ "what CAs have", "03020106", RC_OK, KU_KEY_CERT_SIGN | KU_CRL_SIGN },
		{ "the ninth bit", "0303070080", RC_OK, KU_DECIPHER_ONLY },
		{ "all of them", "030307ff80", RC_OK, 0x1ff },
		{ "none", "030100", RC_OK, 0 },
		{ "bits that have no name yet", "0303000001", RC_OK, 0 },
		{ "trailing zeros kept", "030400060000", RC_OK, KU_KEY_CERT_SIGN | KU_CRL_SIGN },
		{ "unused bits set", "03020701", RC_DAMAGED, 0 },
		{ "no BIT STRING", "0400", RC_DAMAGED, 0 },
	};
	struct buf b = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned bits = 0;

		if (ext_key_usage(hex(&b, rows[i].in), &bits) != rows[i].rc || bits != rows[i].bits)
			fail_msg("%s: %x", rows[i].why, bits);
	}
	buf_release(&b);
}

static void
test_ekus(void **state)
{
	struct buf b = BUF_INIT;
	struct span value = hex(&b, "301406082b0601050507030106082b06010505070302");
	struct span oids;
	struct span oid;

	(void)state;
	assert_true(ext_has_eku(value, oid_octets(OID_EKU_SERVER)));
	assert_true(ext_has_eku(value, oid_octets(OID_EKU_CLIENT)));
	assert_false(ext_has_eku(value, oid_octets(OID_EKU_ANY)));
	assert_int_equal(ext_ekus(value, &oids), RC_OK);
	assert_int_equal(ext_next_oid(&oids, &oid), RC_OK);
	assert_true(oid_is(oid, OID_EKU_SERVER));
	assert_int_equal(ext_next_oid(&oids, &oid), RC_OK);
	assert_int_equal(ext_next_oid(&oids, &oid), RC_NOT_FOUND);
	assert_false(ext_has_eku(hex(&b, "0400"), oid_octets(OID_EKU_SERVER)));
	assert_int_equal(ext_ekus(hex(&b, "30020500"), &oids), RC_OK);
	assert_int_equal(ext_next_oid(&oids, &oid), RC_DAMAGED);
	buf_release(&b);
}

static void
test_name_constraints(void **state)
{
	struct buf b = BUF_INIT;
	struct span permitted;
	struct span excluded;
	struct name base;

	(void)state;
	/* permitted a, b with minimum 0; excluded c with maximum 1, d with minimum 1 */
	assert_int_equal(ext_name_constraints(hex(&b, "3024"
						      "a00d"
						      "3003820161"
						      "3006820162800100"
						      "a113"
						      "3006820163810101"
						      "3006820164800101"
						      "3001ff"),
					      &permitted, &excluded),
			 RC_OK);
	assert_int_equal(ext_next_subtree(&permitted, &base), RC_OK);
	assert_int_equal(base.type, NAME_DNS);
	assert_int_equal(base.value.data[0], 'a');
	assert_int_equal(ext_next_subtree(&permitted, &base), RC_OK);
	assert_int_equal(ext_next_subtree(&permitted, &base), RC_NOT_FOUND);
	assert_int_equal(ext_next_subtree(&excluded, &base), RC_UNSUPPORTED);
	assert_int_equal(base.value.data[0], 'c');
	assert_int_equal(ext_next_subtree(&excluded, &base), RC_UNSUPPORTED);
	assert_int_equal(base.value.data[0], 'd');
	assert_int_equal(ext_next_subtree(&excluded, &base), RC_DAMAGED);
	assert_int_equal(ext_name_constraints(hex(&b, "3000"), &permitted, &excluded), RC_OK);
	assert_int_equal(permitted.size + excluded.size, 0);
	assert_int_equal(ext_name_constraints(hex(&b, "30020500"), &permitted, &excluded),
			 RC_DAMAGED);
	assert_int_equal(ext_name_constraints(hex(&b, "0400"), &permitted, &excluded), RC_DAMAGED);
	buf_release(&b);
}

static void
test_key_ids(void **state)
{
	struct buf b = BUF_INIT;
	struct span id;

	(void)state;
	assert_int_equal(ext_subject_key_id(hex(&b, "0402abcd"), &id), RC_OK);
	assert_int_equal(id.size, 2);
	assert_int_equal(ext_subject_key_id(hex(&b, "0402abcd00"), &id), RC_DAMAGED);
	assert_int_equal(ext_authority_key_id(hex(&b, "30048002abcd"), &id), RC_OK);
	assert_int_equal(id.size, 2);
	assert_int_equal(ext_authority_key_id(hex(&b, "3003820105"), &id), RC_OK);
	assert_int_equal(id.size, 0);
	assert_int_equal(ext_authority_key_id(hex(&b, "0402abcd"), &id), RC_DAMAGED);
	buf_release(&b);
}

/* Each as openssl x509 -ext tells it in its own words. */
static const struct text_row {
	enum oid id;
	const char *in;
	const char *text;
	enum rc check;
} text_rows[] = {
	{ OID_EXT_BASIC_CONSTRAINTS, "3000", "no CA", RC_OK },
	{ OID_EXT_BASIC_CONSTRAINTS, "30060101ff020100", "CA, path length 0", RC_OK },
	{ OID_EXT_BASIC_CONSTRAINTS, "0500", "damaged", RC_DAMAGED },
	{ OID_EXT_KEY_USAGE, "030205a0", "digitalSignature, keyEncipherment", RC_OK },
	{ OID_EXT_KEY_USAGE, "030100", "none", RC_OK },
	{ OID_EXT_KEY_USAGE, "0500", "damaged", RC_DAMAGED },
	{ OID_EXT_EKU, "301106082b0601050507030106052a03040506", "serverAuth, 1.2.3.4.5.6", RC_OK },
	{ OID_EXT_EKU, "3000", "", RC_DAMAGED },
	{ OID_EXT_EKU, "30020500", "damaged", RC_DAMAGED },
	{ OID_EXT_EKU, "0500", "damaged", RC_DAMAGED },
	{ OID_EXT_SAN, "30098201618704c0000207", "dns:a, ip:192.0.2.7", RC_OK },
	{ OID_EXT_SAN, "300382011b", "dns:\\x1b", RC_OK },
	{ OID_EXT_SAN, "3000", "", RC_DAMAGED },
	{ OID_EXT_SAN, "30020500", "damaged", RC_DAMAGED },
	{ OID_EXT_SAN, "0500", "damaged", RC_DAMAGED },
	{ OID_EXT_IAN, "3003820161", "dns:a", RC_OK },
	{ OID_EXT_NAME_CONSTRAINTS, "3013a00730058203612e62a1083006820163810101",
	  "permitted dns:a.b, excluded dns:c (with minimum or maximum)", RC_OK },
	{ OID_EXT_NAME_CONSTRAINTS, "3004a0020500", "damaged", RC_DAMAGED },
	{ OID_EXT_NAME_CONSTRAINTS, "3004a1020500", "damaged", RC_DAMAGED },
	{ OID_EXT_NAME_CONSTRAINTS, "0500", "damaged", RC_DAMAGED },
	{ OID_EXT_SKI, "0402abcd", "abcd", RC_OK },
	{ OID_EXT_SKI, "0502", "damaged", RC_DAMAGED },
	{ OID_EXT_AKI, "30048002abcd", "abcd", RC_OK },
	{ OID_EXT_AKI, "300cabcd", "damaged", RC_DAMAGED },
	{ OID_EXT_AKI, "300c8002abcda103820161820105", "abcd, issuer dns:a, serial 05", RC_OK },
	{ OID_EXT_CRL_DP, "300a3008a006a0048602613a", "uri:a:", RC_OK },
	{ OID_EXT_CRL_DP, "30093007810102a202820161", "damaged", RC_OK },
	{ OID_EXT_CRL_DP, "300a3008810102a203820161", "dns:a", RC_OK },
	{ OID_EXT_CRL_DP, "30063004a002a100", "a name relative to the issuer", RC_OK },
	{ OID_EXT_CRL_DP, "30023000", "damaged", RC_OK },
	{ OID_EXT_CRL_DP, "30020500", "damaged", RC_OK },
	{ OID_EXT_CRL_DP, "0500", "damaged", RC_OK },
	{ OID_EXT_AIA, "3010300e06082b060105050730018602613a", "OCSP uri:a:", RC_OK },
	{ OID_EXT_AIA, "30023000", "damaged", RC_OK },
	{ OID_EXT_AIA, "0500", "damaged", RC_OK },
	{ OID_EXT_POLICIES, "300e30060604551d2000300406022a03", "anyPolicy, 1.2.3", RC_OK },
	{ OID_EXT_POLICIES, "30023000", "damaged", RC_OK },
	{ OID_EXT_POLICIES, "0500", "damaged", RC_OK },
	{ OID_EXT_NS_COMMENT, "1603610762", "a\\x07b", RC_OK },
	{ OID_EXT_NS_COMMENT, "0201070500", "damaged", RC_OK },
	{ OID_EXT_SCT, "0500", "2 bytes", RC_OK },
	{ OID_EXT_SCT, "05", "1 byte", RC_OK },
};

static void
test_text(void **state)
{
	struct buf b = BUF_INIT;
	struct buf text = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(text_rows); i++) {
		const struct text_row *row = &text_rows[i];
		struct ext x = { .oid = oid_octets(row->id), .value = hex(&b, row->in) };

		buf_cut(&text, 0);
		buf_put_text(&text, "before ");
		ext_put_text(&text, &x);
		if (strncmp(buf_text(&text), "before ", 7) != 0 ||
		    strcmp(buf_text(&text) + 7, row->text) != 0)
			fail_msg("%s %s: %s", oid_name(row->id), row->in, buf_text(&text));
		if (ext_check(&x) != row->check)
			fail_msg("%s %s is checked otherwise", oid_name(row->id), row->in);
	}
	buf_release(&text);
	buf_release(&b);
}

/* Items apart, which their own text cannot counterfeit. */
static void
test_items(void **state)
{
	static const struct {
		enum oid id;
		const char *in;
		const char *items;
		enum rc rc;
	} rows[] = {
		{ OID_EXT_KEY_USAGE, "03020186", "digitalSignature|keyCertSign|cRLSign", RC_OK },
		{ OID_EXT_SAN, "300e8203612c2082010a82042c206469", "dns:a, |dns:\\x0a|dns:, di",
		  RC_OK },
		{ OID_EXT_AKI, "300e8001aba1068201618201628201c7",
		  "ab|issuer dns:a|dns:b|serial c7", RC_OK },
		{ OID_EXT_CRL_DP, "30183008a006a004820161863063", "", RC_DAMAGED },
		{ OID_EXT_CRL_DP, "3014300aa008a0068201618201623006a004a0028600",
		  "dns:a|dns:b|uri:", RC_OK },
		{ OID_EXT_POLICIES, "300e30060604551d2000300406022a03", "anyPolicy|1.2.3", RC_OK },
		{ OID_EXT_SCT, "0500", "", RC_NOT_FOUND },
	};
	struct buf b = BUF_INIT;
	struct buf text = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct ext x = { .oid = oid_octets(rows[i].id), .value = hex(&b, rows[i].in) };

		buf_cut(&text, 0);
		assert_int_equal(ext_put_items(&text, &x, "|"), rows[i].rc);
		assert_string_equal(buf_text(&text), rows[i].items);
	}
	buf_release(&text);
	buf_release(&b);
}

/* Every part of a good value is damaged or described, and nothing is read behind it. */
static void
test_text_of_every_part(void **state)
{
	struct buf b = BUF_INIT;
	struct buf text = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(text_rows); i++) {
		struct span whole = hex(&b, text_rows[i].in);

		for (size_t size = 0; size < whole.size; size++) {
			struct ext x = { .oid = oid_octets(text_rows[i].id),
					 .value = span_part(whole, 0, size) };

			ext_put_text(&text, &x);
			assert_int_not_equal(ext_check(&x), RC_INTERNAL);
		}
	}
	assert_int_equal(buf_rc(&text), RC_OK);
	buf_release(&text);
	buf_release(&b);
}

static void
test_parse_key_usage(void **state)
{
	static const struct {
		const char *list;
		enum rc rc;
		unsigned bits;
	} rows[] = {
		{ "digitalSignature", RC_OK, KU_DIGITAL_SIGNATURE },
		{ "KEYCERTSIGN, crlsign", RC_OK, KU_KEY_CERT_SIGN | KU_CRL_SIGN },
		{ "contentCommitment,nonRepudiation", RC_OK, KU_NON_REPUDIATION },
		{ "decipherOnly", RC_OK, KU_DECIPHER_ONLY },
		{ "", RC_USAGE, 0 },
		{ "digitalSignature,", RC_USAGE, KU_DIGITAL_SIGNATURE },
		{ "serverAuth", RC_USAGE, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct err err = ERR_INIT;
		unsigned bits;

		if (ext_parse_key_usage(rows[i].list, &bits, &err) != rows[i].rc ||
		    bits != rows[i].bits)
			fail_msg("'%s': %x", rows[i].list, bits);
		assert_int_equal(err.rc, rows[i].rc);
		assert_true(!rows[i].rc || (err.message[0] && err.hint[0]));
	}
}

static void
test_parse_ekus(void **state)
{
	static const struct {
		const char *list;
		enum rc rc;
		const char *der;
	} rows[] = {
		{ "serverAuth", RC_OK, "06082b06010505070301" },
		{ "CLIENTAUTH , 1.2.3", RC_OK, "06082b0601050507030206022a03" },
		{ "", RC_USAGE, "" },
		{ "keyCertSign", RC_USAGE, "" },
		{ "1.2.3,9.9", RC_USAGE, "06022a03" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct err err = ERR_INIT;
		struct buf der = BUF_INIT;
		struct buf text = BUF_INIT;

		assert_int_equal(ext_parse_ekus(&der, rows[i].list, &err), rows[i].rc);
		text_put_hex(&text, buf_span(&der));
		assert_string_equal(buf_text(&text), rows[i].der);
		assert_true(!rows[i].rc || (err.message[0] && err.hint[0]));
		buf_release(&der);
		buf_release(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_duplicate),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_basic_constraints),
		cmocka_unit_test(test_key_usage),
		cmocka_unit_test(test_ekus),
		cmocka_unit_test(test_name_constraints),
		cmocka_unit_test(test_key_ids),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_items),
		cmocka_unit_test(test_text_of_every_part),
		cmocka_unit_test(test_parse_key_usage),
		cmocka_unit_test(test_parse_ekus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
