/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "pki/der.h"
#include "pki/oid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Every row of oid.def: octets are those of the dotted form, and where oid_find looks for them. */
static void
test_rows_are_right(void **state)
{
	struct buf b = BUF_INIT;
	unsigned id;

	(void)state;
	for (id = OID_NONE + 1; id < OID_COUNT; id++) {
		struct span octets = oid_octets((enum oid)id);

		buf_cut(&b, 0);
		assert_int_equal(oid_from_dotted(&b, span_text(oid_dotted((enum oid)id))), RC_OK);
		if (!span_equal(buf_span(&b), octets))
			fail_msg("octets of %s", oid_dotted((enum oid)id));
		buf_cut(&b, 0);
		oid_put_dotted(&b, octets);
		assert_string_equal(buf_text(&b), oid_dotted((enum oid)id));
		assert_true(der_oid_valid(octets));
		if (oid_find(octets) != id)
			fail_msg("%s is not in its place", oid_dotted((enum oid)id));
		assert_true(oid_is(octets, (enum oid)id));
		buf_cut(&b, 0);
		oid_put_name(&b, octets);
		assert_string_equal(buf_text(&b), oid_name((enum oid)id));
	}
	buf_release(&b);
}

static void
test_rows_are_sorted(void **state)
{
	unsigned id;

	(void)state;
	for (id = OID_NONE + 2; id < OID_COUNT; id++)
		assert_true(span_compare(oid_octets((enum oid)(id - 1)), oid_octets((enum oid)id)) <
			    0);
}

/* A name leads to one row of its kind, and has no blank in it. */
static void
test_names_are_unique(void **state)
{
	unsigned id;

	(void)state;
	for (id = OID_NONE + 1; id < OID_COUNT; id++) {
		const char *name = oid_name((enum oid)id);

		assert_true(*name && !strchr(name, ' '));
		assert_int_equal(oid_by_name(oid_kind((enum oid)id), span_text(name)), id);
	}
}

static void
test_unknown_ones(void **state)
{
	static const char *const octets[] = {
		"", "\x55", "\x55\x04", "\x55\x04\x7f", "\x55\x04\x03\x01", "\x7f"
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(octets); i++)
		assert_int_equal(oid_find(span_text(octets[i])), OID_NONE);
	assert_int_equal(oid_find(SPAN_NONE), OID_NONE);
	assert_false(oid_is(SPAN_NONE, OID_NONE));
	assert_false(oid_is(span_text("\x55\x04\x03"), OID_O));
	assert_int_equal(oid_octets(OID_NONE).size, 0);
}

static void
test_names_are_of_a_kind(void **state)
{
	(void)state;
	assert_int_equal(oid_by_name(OID_ATTRIBUTE, span_text("cn")), OID_CN);
	assert_int_equal(oid_by_name(OID_EKU, span_text("SERVERauth")), OID_EKU_SERVER);
	assert_int_equal(oid_by_name(OID_EXTENSION, span_text("serverAuth")), OID_NONE);
	assert_int_equal(oid_by_name(OID_EKU, span_text("timeStamping")), OID_EKU_TIME);
	assert_int_equal(oid_by_name(OID_OTHER, span_text("timeStamping")), OID_AD_TIME_STAMPING);
	assert_int_equal(oid_by_name(OID_ATTRIBUTE, SPAN_NONE), OID_NONE);
	assert_int_equal(oid_by_name(OID_ATTRIBUTE, SPAN_OF("CN\0", 3)), OID_NONE);
	/* U+212A, which folds to k */
	assert_int_equal(oid_by_name(OID_EXTENSION, span_text("\xe2\x84\xaa"
							      "eyUsage")),
			 OID_NONE);
}

static void
test_dotted_to_octets(void **state)
{
	static const struct {
		const char *dotted;
		const char *octets; /* hexadecimal; NULL: RC_USAGE */
	} rows[] = {
		{ "0.0", "00" },
		{ "0.39", "27" },
		{ "1.0", "28" },
		{ "1.39", "4f" },
		{ "2.0", "50" },
		{ "2.39", "77" },
		{ "2.47", "7f" },
		{ "2.48", "8100" },
		{ "2.100", "8134" },
		{ "2.999.3", "883703" },
		{ "1.2.840.113549", "2a864886f70d" },
		{ "1.3.127.128.16383.16384", "2b7f8100ff7f818000" },
		{ "2.5.4294967295", "558fffffff7f" },
		{ "2.5.9223372036854775807", "55ffffffffffffffff7f" },
		{ "2.9223372036854775807", "818080808080808080"
					   "4f" },
		{ "2.5.9223372036854775808", NULL },
		{ "2.5.99999999999999999999999", NULL },
		{ "", NULL },
		{ "1", NULL },
		{ "1.", NULL },
		{ ".1", NULL },
		{ "1..2", NULL },
		{ "1.2.", NULL },
		{ "1.2..3", NULL },
		{ "3.1", NULL },
		{ "0.40", NULL },
		{ "1.40", NULL },
		{ "01.2", NULL },
		{ "1.02", NULL },
		{ "1.2.00", NULL },
		{ "1.2.-3", NULL },
		{ "1.2.3a", NULL },
		{ " 1.2", NULL },
		{ "CN", NULL },
	};
	struct buf b = BUF_INIT;
	struct buf text = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_cut(&b, 0);
		if ((oid_from_dotted(&b, span_text(rows[i].dotted)) == RC_OK) !=
		    (rows[i].octets != NULL))
			fail_msg("%s", rows[i].dotted);
		buf_cut(&text, 0);
		text_put_hex(&text, buf_span(&b));
		assert_string_equal(buf_text(&text), rows[i].octets ? rows[i].octets : "");
		if (!rows[i].octets)
			continue;
		buf_cut(&text, 0);
		oid_put_name(&text, buf_span(&b));
		assert_string_equal(buf_text(&text), rows[i].dotted);
	}
	buf_release(&b);
	buf_release(&text);
}

static void
test_octets_to_dotted(void **state)
{
	static const struct {
		const char *octets;
		const char *dotted;
	} rows[] = {
		{ "", "?" },
		{ "80", "?" },
		{ "558001", "?" },
		{ "5581", "?" },
		/* a UUID: 128 bits; the text is what openssl asn1parse writes */
		{ "6983ffffffffffffffffffffffffffffffffff7f",
		  "2.25.340282366920938463463374607431768211455" },
		{ "83ffffffffffffffffffffffffffffffffff7f",
		  "2.340282366920938463463374607431768211375" },
		{ "819888", "?" },
		{ "c08000", "2.1048496" },
		/* an arc of 28 octets is the longest that is written */
		{ "55ffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		  "2.5.100433627766186892221372630771322662657637687111424552206335" },
		{ "5581ffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "?" },
	};
	struct buf b = BUF_INIT;
	struct buf text = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_cut(&b, 0);
		buf_cut(&text, 0);
		assert_int_equal(text_get_hex(&b, rows[i].octets), RC_OK);
		oid_put_dotted(&text, buf_span(&b));
		assert_string_equal(buf_text(&text), rows[i].dotted);
	}
	buf_release(&b);
	buf_release(&text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_are_right),      cmocka_unit_test(test_rows_are_sorted),
		cmocka_unit_test(test_names_are_unique),    cmocka_unit_test(test_unknown_ones),
		cmocka_unit_test(test_names_are_of_a_kind), cmocka_unit_test(test_dotted_to_octets),
		cmocka_unit_test(test_octets_to_dotted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
