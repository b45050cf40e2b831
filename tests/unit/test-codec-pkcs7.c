/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "codec/pkcs7.h"
#include "pki/der.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Stand-ins: a bag does not look into what it holds. */
static const unsigned char one[] = { 0x30, 0x03, 0x02, 0x01, 0x01 };
static const unsigned char two[] = { 0x30, 0x03, 0x02, 0x01, 0x02 };

/* What was handed out: "c" and "l" with the last byte of each. */
static enum rc
collect(void *self, bool is_crl, struct span der)
{
	buf_printf(self, "%c%u ", is_crl ? 'l' : 'c', der.data[der.size - 1]);
	return RC_OK;
}

static enum rc
refuse(void *self, bool is_crl, struct span der)
{
	(void)self;
	(void)is_crl;
	(void)der;
	return RC_LIMIT;
}

static void
test_round_trip(void **state)
{
	struct span certs[] = { SPAN_OF(two, sizeof(two)), SPAN_OF(one, sizeof(one)) };
	struct buf out = BUF_INIT;
	struct buf seen = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(pkcs7_write(&out, certs, 2), RC_OK);
	assert_true(pkcs7_probe(buf_span(&out)));
	assert_int_equal(der_check(buf_span(&out)), RC_OK);
	assert_int_equal(pkcs7_read(buf_span(&out), &(struct pkcs7_taker){ collect, &seen }, &err),
			 RC_OK);
	/* Kept in the order given: a chain stays a chain. */
	assert_string_equal(buf_text(&seen), "c2 c1 ");
	assert_int_equal(pkcs7_read(buf_span(&out), &(struct pkcs7_taker){ refuse, NULL }, &err),
			 RC_LIMIT);
	buf_release(&seen);
	buf_release(&out);
}

#define SIGNED "06092a864886f70d010702"

static const struct {
	const char *why;
	const char *hex;
	enum rc rc;
	const char *seen;
} rows[] = {
	{ "an empty bag",
	  "3023" SIGNED "a0163014"
	  "020101"
	  "3100"
	  "300b06092a864886f70d010701"
	  "3100",
	  RC_OK, "" },
	{ "a certificate and a list",
	  "3031" SIGNED "a0243022"
	  "020101"
	  "3100"
	  "300b06092a864886f70d010701"
	  "a0053003020101"
	  "a1053003020107"
	  "3100",
	  RC_OK, "c1 l7 " },
	{ "an attribute certificate is passed over",
	  "302a" SIGNED "a01d301b"
	  "020101"
	  "3100"
	  "300b06092a864886f70d010701"
	  "a005a103020105"
	  "3100",
	  RC_OK, "" },
	{ "enveloped data", "300d06092a864886f70d010703a000", RC_UNSUPPORTED, "" },
	{ "a type that nobody knows", "300706032a0304a000", RC_UNSUPPORTED, "" },
	{ "no type", "30020500", RC_DAMAGED, "" },
	{ "no content", "300b" SIGNED, RC_DAMAGED, "" },
	{ "content that is no SEQUENCE", "300f" SIGNED "a0020500", RC_DAMAGED, "" },
	{ "no version",
	  "3010" SIGNED "a0033001"
	  "05",
	  RC_DAMAGED, "" },
	{ "no signers",
	  "3021" SIGNED "a0143012"
	  "020101"
	  "3100"
	  "300b06092a864886f70d010701",
	  RC_DAMAGED, "" },
	{ "bytes behind the signers",
	  "3025" SIGNED "a0183016"
	  "020101"
	  "3100"
	  "300b06092a864886f70d010701"
	  "3100"
	  "0500",
	  RC_DAMAGED, "" },
	{ "a certificate longer than its set",
	  "302a" SIGNED "a01d301b"
	  "020101"
	  "3100"
	  "300b06092a864886f70d010701"
	  "a0053009020101"
	  "3100",
	  RC_DAMAGED, "" },
	{ "nothing", "", RC_DAMAGED, "" },
};

static void
test_read(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct buf der = BUF_INIT;
		struct buf seen = BUF_INIT;
		struct err err = ERR_INIT;
		enum rc rc;

		assert_int_equal(text_get_hex(&der, rows[i].hex), RC_OK);
		rc = pkcs7_read(buf_span(&der), &(struct pkcs7_taker){ collect, &seen }, &err);
		if (rc != rows[i].rc || strcmp(buf_text(&seen), rows[i].seen) != 0)
			fail_msg("%s: %s %s", rows[i].why, rc_code(rc), buf_text(&seen));
		assert_int_equal(err.rc, rc);
		if (rc)
			assert_true(strlen(err.message) > 0);
		buf_release(&seen);
		buf_release(&der);
	}
}

static void
test_probe(void **state)
{
	(void)state;
	assert_false(pkcs7_probe(SPAN_NONE));
	assert_false(pkcs7_probe(SPAN_OF(one, sizeof(one))));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_probe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
