/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hex.h"
#include "pki/der.h"

#include <stdlib.h>
#include <string.h>

static void
assert_hex(const struct buf *b, const char *expected)
{
	struct buf text = BUF_INIT;

	text_put_hex(&text, buf_span(b));
	assert_string_equal(buf_text(&text), expected);
	buf_release(&text);
}

static void
test_next_reads_der_only(void **state)
{
	static const struct {
		const char *why;
		const char *in;
		enum rc rc;
		unsigned tag;
		size_t whole;
		size_t value;
	} rows[] = {
		{ "nothing", "", RC_DAMAGED, 0, 0, 0 },
		{ "an identifier alone", "02", RC_DAMAGED, 0, 0, 0 },
		{ "empty contents", "0500", RC_OK, DER_NULL, 2, 0 },
		{ "one byte, another behind", "020107ff", RC_OK, DER_INTEGER, 3, 1 },
		{ "contents cut off", "020207", RC_DAMAGED, 0, 0, 0 },
		{ "end of contents is no DER", "0000", RC_DAMAGED, 0, 0, 0 },
		{ "a zero tag with a long length", "008101", RC_DAMAGED, 0, 0, 0 },
		{ "indefinite length", "30800000", RC_DAMAGED, 0, 0, 0 },
		{ "127 bytes in a long length", "04817f", RC_DAMAGED, 0, 0, 0 },
		{ "a length of 5 in two bytes", "0481050102030405", RC_DAMAGED, 0, 0, 0 },
		{ "a leading zero in the length", "0482000401020304", RC_DAMAGED, 0, 0, 0 },
		{ "long length cut off", "0482ff", RC_DAMAGED, 0, 0, 0 },
		{ "4 GB announced", "0484ffffffff00", RC_DAMAGED, 0, 0, 0 },
		{ "all of size_t announced", "0488ffffffffffffffff00", RC_DAMAGED, 0, 0, 0 },
		{ "more than size_t", "048901ffffffffffffffff00", RC_DAMAGED, 0, 0, 0 },
		{ "the reserved length octet", "04ff", RC_DAMAGED, 0, 0, 0 },
		{ "a long tag", "9f1f0107", RC_OK, 0x9f, 4, 1 },
		{ "a longer tag", "9f81000107", RC_OK, 0x9f, 5, 1 },
		{ "a long tag below 31", "9f1e0107", RC_DAMAGED, 0, 0, 0 },
		{ "a long tag with a leading zero", "9f801f0107", RC_DAMAGED, 0, 0, 0 },
		{ "a long tag cut off", "9f81", RC_DAMAGED, 0, 0, 0 },
		{ "a long tag, no length", "9f1f", RC_DAMAGED, 0, 0, 0 },
		{ "a tag of 42 bits", "9f8181818181010107", RC_DAMAGED, 0, 0, 0 },
	};
	struct buf b = BUF_INIT;
	struct span in;
	struct span rest;
	struct tlv tlv;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		in = hex(&b, rows[i].in);
		rest = in;
		if (der_next(&rest, &tlv) != rows[i].rc)
			fail_msg("%s", rows[i].why);
		if (rows[i].rc) {
			assert_int_equal(rest.size, in.size);
			assert_false(der_optional(&rest, der_peek(in), &tlv.value));
			assert_int_equal(rest.size, in.size);
			continue;
		}
		assert_int_equal(tlv.tag, rows[i].tag);
		assert_int_equal(tlv.whole.size, rows[i].whole);
		assert_int_equal(tlv.value.size, rows[i].value);
		assert_int_equal(rest.size, in.size - rows[i].whole);
	}
	buf_release(&b);
}

static void
test_lengths_go_round(void **state)
{
	static const size_t sizes[] = { 0, 1, 127, 128, 255, 256, 65535, 65536, 0x1000000 };
	struct buf value = BUF_INIT;
	struct buf b = BUF_INIT;
	struct span rest;
	struct tlv tlv = { .tag = 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		buf_cut(&value, 0);
		buf_cut(&b, 0);
		memset(buf_extend(&value, sizes[i] + 1), 0x5a, sizes[i] + 1);
		buf_cut(&value, sizes[i]);
		der_put(&b, DER_OCTET_STRING, buf_span(&value));
		assert_int_equal(b.size, der_head_size(sizes[i]) + sizes[i]);
		assert_int_equal(der_announced(span_part(buf_span(&b), 0, 10)), b.size);
		rest = buf_span(&b);
		assert_int_equal(der_next(&rest, &tlv), RC_OK);
		assert_true(span_equal(tlv.value, buf_span(&value)));
		rest = span_part(buf_span(&b), 0, b.size - 1);
		assert_int_equal(der_next(&rest, &tlv), RC_DAMAGED);
		der_wrap(&value, 0, DER_OCTET_STRING);
		assert_true(span_equal(buf_span(&value), buf_span(&b)));
	}
	buf_release(&value);
	buf_release(&b);
}

static void
test_take(void **state)
{
	struct buf b = BUF_INIT;
	struct span in = hex(&b, "0201050401aa");
	struct span value;
	uint64_t number;

	(void)state;
	assert_int_equal(der_peek(in), DER_INTEGER);
	assert_int_equal(der_take(&in, DER_OCTET_STRING, &value), RC_DAMAGED);
	assert_false(der_optional(&in, DER_BOOLEAN, &value));
	assert_int_equal(value.size, 0);
	assert_int_equal(der_only(in, DER_INTEGER, &value), RC_DAMAGED);
	assert_int_equal(der_take_number(&in, &number), RC_OK);
	assert_int_equal(number, 5);
	assert_int_equal(der_take_number(&in, &number), RC_DAMAGED);
	assert_int_equal(der_only(in, DER_OCTET_STRING, &value), RC_OK);
	assert_true(der_optional(&in, DER_OCTET_STRING, &value));
	assert_true(span_equal(value, SPAN_OF("\xaa", 1)));
	assert_int_equal(der_peek(in), 0);
	assert_int_equal(der_take(&in, 0, &value), RC_DAMAGED);
	in = hex(&b, "020180");
	assert_int_equal(der_take_number(&in, &number), RC_DAMAGED);
	assert_int_equal(in.size, 3);
	buf_release(&b);
}

static void
test_numbers(void **state)
{
	static const struct {
		const char *in;
		enum rc rc;
		uint64_t number;
	} rows[] = {
		{ "", RC_DAMAGED, 0 },
		{ "00", RC_OK, 0 },
		{ "7f", RC_OK, 127 },
		{ "80", RC_DAMAGED, 0 }, /* negative */
		{ "0080", RC_OK, 128 },
		{ "007f", RC_DAMAGED, 0 }, /* not shortest */
		{ "0000", RC_DAMAGED, 0 },
		{ "ff80", RC_DAMAGED, 0 },
		{ "7fffffffffffffff", RC_OK, INT64_MAX },
		{ "008000000000000000", RC_LIMIT, 0 },
		{ "0100000000000000000000", RC_LIMIT, 0 },
	};
	static const uint64_t written[] = { 0, 1, 127, 128, 255, 256, 65535, 1U << 31, INT64_MAX };
	struct buf b = BUF_INIT;
	struct span in;
	uint64_t number;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(der_number(hex(&b, rows[i].in), &number), rows[i].rc);
		if (!rows[i].rc)
			assert_true(number == rows[i].number);
	}
	for (i = 0; i < ARRAY_SIZE(written); i++) {
		buf_cut(&b, 0);
		der_put_number(&b, written[i]);
		in = buf_span(&b);
		assert_int_equal(der_take_number(&in, &number), RC_OK);
		assert_true(number == written[i] && in.size == 0);
	}
	buf_cut(&b, 0);
	der_put_number(&b, UINT64_MAX);
	assert_hex(&b, "020900ffffffffffffffff");
	buf_release(&b);
}

static void
test_simple_values(void **state)
{
	static const struct {
		const char *in;
		enum rc boolean;
		enum rc bits;
		bool oid;
	} rows[] = {
		{ "", RC_DAMAGED, RC_DAMAGED, false },
		{ "00", RC_OK, RC_OK, true },
		{ "ff", RC_OK, RC_DAMAGED, false },
		{ "01", RC_DAMAGED, RC_DAMAGED, true }, /* unused bits of nothing */
		{ "0000", RC_DAMAGED, RC_OK, true },
		{ "0780", RC_DAMAGED, RC_OK, false },
		{ "07c0", RC_DAMAGED, RC_DAMAGED, false }, /* unused bits that are set */
		{ "0800", RC_DAMAGED, RC_DAMAGED, true },
		{ "2a8648", RC_DAMAGED, RC_DAMAGED, true },
		{ "2a8086", RC_DAMAGED, RC_DAMAGED, false }, /* an arc with padding */
		{ "2a86", RC_DAMAGED, RC_DAMAGED, false },   /* an arc without end */
	};
	struct buf b = BUF_INIT;
	struct span bytes;
	unsigned unused;
	bool truth;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span in = hex(&b, rows[i].in);

		assert_int_equal(der_boolean(in, &truth), rows[i].boolean);
		assert_int_equal(der_bits(in, &bytes, &unused), rows[i].bits);
		assert_int_equal(der_oid_valid(in), rows[i].oid);
	}
	assert_int_equal(der_boolean(hex(&b, "ff"), &truth), RC_OK);
	assert_true(truth);
	assert_int_equal(der_bits(hex(&b, "0302f8"), &bytes, &unused), RC_OK);
	assert_int_equal(unused, 3);
	assert_int_equal(bytes.size, 2);
	buf_release(&b);
}

static void
test_times(void **state)
{
	static const struct {
		unsigned tag;
		const char *text;
		const char *when; /* NULL: no date */
	} rows[] = {
		{ DER_UTC_TIME, "700101000000Z", "1970-01-01T00:00:00Z" },
		{ DER_UTC_TIME, "491231235959Z", "2049-12-31T23:59:59Z" },
		{ DER_UTC_TIME, "500101000000Z", "1950-01-01T00:00:00Z" },
		{ DER_UTC_TIME, "2602291200Z", NULL }, /* no leap year */
		{ DER_UTC_TIME, "2611211200Z", "2026-11-21T12:00:00Z" },
		{ DER_UTC_TIME, "261121120000+0130", "2026-11-21T10:30:00Z" },
		{ DER_UTC_TIME, "261121120000-0130", "2026-11-21T13:30:00Z" },
		{ DER_UTC_TIME, "2611211200+0100", "2026-11-21T11:00:00Z" },
		{ DER_GENERALIZED_TIME, "20500101000000Z", "2050-01-01T00:00:00Z" },
		{ DER_GENERALIZED_TIME, "99991231235959Z", "9999-12-31T23:59:59Z" },
		{ DER_GENERALIZED_TIME, "00000101000000Z", "0000-01-01T00:00:00Z" },
		{ DER_GENERALIZED_TIME, "20240229000000Z", "2024-02-29T00:00:00Z" },
		{ DER_GENERALIZED_TIME, "20261121120000.5Z", NULL }, /* a fraction */
		{ DER_GENERALIZED_TIME, "20261121120000", NULL },    /* no zone: local time */
		{ DER_GENERALIZED_TIME, "20261321120000Z", NULL },
		{ DER_GENERALIZED_TIME, "2026112112000Z", NULL },
		{ DER_GENERALIZED_TIME, "20261121 20000Z", NULL },
		{ DER_UTC_TIME, "261121120000Z0", NULL },
		{ DER_UTC_TIME, "261121120000+01", NULL },
		{ DER_UTC_TIME, "261121120000+2400", NULL },
		{ DER_UTC_TIME, "261121120000+0060", NULL },
		{ DER_UTC_TIME, "2611211200x", NULL },
		{ DER_UTC_TIME, "26112112Z", NULL },
		{ DER_UTC_TIME, "-61121120000Z", NULL },
		{ DER_UTC_TIME, "", NULL },
		{ DER_UTF8_STRING, "261121120000Z", NULL },
	};
	char text[TEXT_TIME_MAX];
	struct tlv tlv;
	int64_t when;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		tlv = (struct tlv){ .tag = rows[i].tag, .value = span_text(rows[i].text) };
		if ((der_time(&tlv, &when) == RC_OK) != (rows[i].when != NULL))
			fail_msg("%s", rows[i].text);
		if (rows[i].when)
			assert_string_equal(text_time(text, when), rows[i].when);
	}
}

static void
test_times_are_written(void **state)
{
	static const struct {
		const char *when;
		const char *der; /* behind the head */
		unsigned tag;
	} rows[] = {
		{ "2049-12-31T23:59:59Z", "491231235959Z", DER_UTC_TIME },
		{ "2050-01-01T00:00:00Z", "20500101000000Z", DER_GENERALIZED_TIME },
		{ "1950-01-01T00:00:00Z", "500101000000Z", DER_UTC_TIME },
		{ "1949-12-31T23:59:59Z", "19491231235959Z", DER_GENERALIZED_TIME },
		{ "9999-12-31T23:59:59Z", "99991231235959Z", DER_GENERALIZED_TIME },
	};
	struct buf b = BUF_INIT;
	struct span in;
	struct tlv tlv;
	int64_t when;
	int64_t back;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(text_get_time(&when, rows[i].when), RC_OK);
		buf_cut(&b, 0);
		der_put_time(&b, when);
		in = buf_span(&b);
		assert_int_equal(der_next(&in, &tlv), RC_OK);
		assert_int_equal(tlv.tag, rows[i].tag);
		assert_true(span_equal(tlv.value, span_text(rows[i].der)));
		assert_int_equal(der_time(&tlv, &back), RC_OK);
		assert_true(back == when);
	}
	buf_release(&b);
}

static void
test_strings(void **state)
{
	static const struct {
		unsigned tag;
		const char *in;
		bool good;
		const char *text;
	} rows[] = {
		{ DER_UTF8_STRING, "c3a4", true, "\xc3\xa4" },
		{ DER_UTF8_STRING, "61c0af62", false,
		  "a\xef\xbf\xbd\xef\xbf\xbd"
		  "b" },
		{ DER_PRINTABLE_STRING, "2a40", true, "*@" },
		{ DER_IA5_STRING, "61e4", false, "a\xef\xbf\xbd" },
		{ DER_NUMERIC_STRING, "3132", true, "12" },
		{ DER_VISIBLE_STRING, "41", true, "A" },
		{ DER_T61_STRING, "e4", true, "\xc3\xa4" },
		{ DER_BMP_STRING, "00e4d83ddd11", true, "\xc3\xa4\xf0\x9f\x94\x91" },
		{ DER_BMP_STRING, "d83d", false, "\xef\xbf\xbd" },
		{ DER_UNIVERSAL_STRING, "0001f511", true, "\xf0\x9f\x94\x91" },
		{ DER_UNIVERSAL_STRING, "0000d800", false, "\xef\xbf\xbd" },
		{ DER_UNIVERSAL_STRING, "00110000", false, "\xef\xbf\xbd" },
		{ DER_UNIVERSAL_STRING, "0000006141", false, "a\xef\xbf\xbd" },
		{ DER_OCTET_STRING, "61", false, "" },
		{ DER_SEQUENCE, "", false, "" },
	};
	struct buf b = BUF_INIT;
	struct buf out = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_cut(&out, 0);
		assert_int_equal(der_string(&out, rows[i].tag, hex(&b, rows[i].in)), rows[i].good);
		assert_string_equal(buf_text(&out), rows[i].text);
	}
	buf_release(&b);
	buf_release(&out);
}

/* levels SEQUENCEs in one another. */
static void
nest(struct buf *b, size_t levels)
{
	buf_cut(b, 0);
	while (levels-- > 0)
		der_wrap(b, 0, DER_SEQUENCE);
}

static void
test_check(void **state)
{
	static const struct {
		const char *why;
		const char *in;
		enum rc rc;
	} rows[] = {
		{ "nothing", "", RC_OK },
		{ "two elements", "05000500", RC_OK },
		{ "nested", "30073103020100a000", RC_OK },
		{ "an element longer than what it is in", "3003020200", RC_DAMAGED },
		{ "a byte behind", "050000", RC_DAMAGED },
		{ "a constructed OCTET STRING", "2403040100", RC_DAMAGED },
		{ "a primitive SEQUENCE", "1000", RC_DAMAGED },
		{ "EXTERNAL is constructed", "28020500", RC_OK },
		{ "a long length inside", "3004048101aa", RC_DAMAGED },
		{ "indefinite inside", "300430800000", RC_DAMAGED },
		{ "a context tag may be either", "a0028000", RC_OK },
	};
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (der_check(hex(&b, rows[i].in)) != rows[i].rc)
			fail_msg("%s", rows[i].why);
	}
	nest(&b, DER_DEPTH_MAX);
	assert_int_equal(der_check(buf_span(&b)), RC_OK);
	nest(&b, DER_DEPTH_MAX + 1);
	assert_int_equal(der_check(buf_span(&b)), RC_LIMIT);
	nest(&b, 20000);
	assert_int_equal(der_check(buf_span(&b)), RC_LIMIT);
	buf_release(&b);
}

static void
test_ber(void **state)
{
	static const struct {
		const char *why;
		const char *in;
		const char *out; /* NULL: RC_DAMAGED */
		size_t used;
	} rows[] = {
		{ "DER stays", "3003020105", "3003020105", 5 },
		{ "what is behind is not taken", "05000500", "0500", 2 },
		{ "indefinite", "30800201050000ff", "3003020105", 7 },
		{ "indefinite in definite", "300730800201050000", "30053003020105", 9 },
		{ "long lengths", "308300000504820001aa", "30030401aa", 10 },
		{ "an OCTET STRING in parts", "2480040101040202030000", "0403010203", 11 },
		{ "parts within parts", "2409240304010104020203", "0403010203", 11 },
		{ "an OCTET STRING of no parts", "24800000", "0400", 4 },
		{ "bits", "238003020001030204f00000", "03030401f0", 12 },
		{ "unused bits before the end", "2380030204f0030200010000", NULL, 0 },
		{ "an OCTET STRING in a BIT STRING", "23800401010000", NULL, 0 },
		{ "a BIT STRING part without octets", "238003000000", NULL, 0 },
		{ "a BIT STRING of no parts", "23800000", "030100", 4 },
		{ "text in OCTET STRING parts", "2c800401610401620000", "0c026162", 10 },
		{ "text in parts of its type", "36801601611601620000", "16026162", 10 },
		{ "an INTEGER in a string", "24800201010000", NULL, 0 },
		{ "context tags stay constructed", "a0800401090000", "a003040109", 7 },
		{ "long tags", "bf1f800401090000", "bf1f03040109", 8 },
		{ "a primitive long tag", "9f1f810109", "9f1f0109", 5 },
		{ "primitive and indefinite", "04800000", NULL, 0 },
		{ "no end", "3080020105", NULL, 0 },
		{ "half an end", "308002010500", NULL, 0 },
		{ "an end too many", "0000", NULL, 0 },
		{ "an end in a definite one", "30020000", NULL, 0 },
		{ "an end with contents", "3080000100", NULL, 0 },
		{ "a long end", "308000810000", NULL, 0 },
		{ "past what it is in", "300302050102030405", NULL, 0 },
		{ "an indefinite one past what it is in", "3004308002010000", NULL, 0 },
		{ "nothing", "", NULL, 0 },
	};
	struct buf b = BUF_INIT;
	struct buf out = BUF_INIT;
	size_t used;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_cut(&out, 0);
		buf_put_text(&out, "x");
		used = 0;
		if (der_from_ber(&out, hex(&b, rows[i].in), &used) !=
		    (rows[i].out ? RC_OK : RC_DAMAGED))
			fail_msg("%s", rows[i].why);
		assert_int_equal(used, rows[i].used);
		assert_int_equal(out.data[0], 'x');
		if (!rows[i].out)
			assert_int_equal(out.size, 1);
		memmove(out.data, out.data + 1, --out.size);
		if (rows[i].out)
			assert_hex(&out, rows[i].out);
		assert_int_equal(der_check(buf_span(&out)), RC_OK);
	}
	assert_int_equal(der_from_ber(&out, hex(&b, "0500"), NULL), RC_OK);
	buf_release(&b);
	buf_release(&out);
}

static void
test_ber_is_not_too_deep(void **state)
{
	static const unsigned tags[] = { 0x30, 0x24, 0xa0 };
	struct buf in = BUF_INIT;
	struct buf out = BUF_INIT;
	size_t levels;
	size_t i;
	size_t k;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(tags); i++) {
		for (levels = DER_DEPTH_MAX; levels <= DER_DEPTH_MAX + 1; levels++) {
			buf_cut(&in, 0);
			for (k = 0; k < levels; k++)
				buf_put(&in,
					SPAN_OF(((unsigned char[]){ (unsigned char)tags[i], 0x80 }),
						2));
			memset(buf_extend(&in, 2 * levels), 0, 2 * levels);
			assert_int_equal(der_from_ber(&out, buf_span(&in), NULL),
					 levels > DER_DEPTH_MAX ? RC_LIMIT : RC_OK);
		}
	}
	nest(&in, 20000);
	assert_int_equal(der_from_ber(&out, buf_span(&in), NULL), RC_LIMIT);
	buf_release(&in);
	buf_release(&out);
}

/* Every beginning and every change of a byte of BER: an answer, and only of DER. */
static void
test_ber_cut_and_changed(void **state)
{
	struct buf b = BUF_INIT;
	struct buf out = BUF_INIT;
	struct span in;
	unsigned char *copy;
	size_t i;
	unsigned byte;

	(void)state;
	in = hex(&b, "308024800402010224030401030000a080040109000023800302000103020"
		     "4f00000bf1f800201050000"
		     "0000");
	copy = malloc(in.size);
	assert_non_null(copy);
	for (i = 0; i < in.size; i++) {
		/* A block of its own, so that the sanitizer sees a read past its end. */
		unsigned char *part = malloc(i + 1);

		assert_non_null(part);
		memcpy(part, in.data, i);
		assert_int_not_equal(der_from_ber(&out, SPAN_OF(part, i), NULL), RC_OK);
		free(part);
	}
	for (i = 0; i < in.size; i++) {
		for (byte = 0; byte < 256; byte++) {
			memcpy(copy, in.data, in.size);
			copy[i] = (unsigned char)byte;
			buf_cut(&out, 0);
			if (der_from_ber(&out, SPAN_OF(copy, in.size), NULL) == RC_OK)
				assert_int_equal(der_announced(buf_span(&out)), out.size);
		}
	}
	free(copy);
	buf_release(&b);
	buf_release(&out);
}

static void
test_announced(void **state)
{
	static const struct {
		const char *in;
		size_t size;
	} rows[] = {
		{ "", 0 },           { "30", 0 },
		{ "3080", 0 },       { "3005", 7 },
		{ "30820100", 260 }, { "308100", 3 }, /* BER */
		{ "30ff", 0 },       { "3088ffffffffffffffff", SIZE_MAX },
		{ "9f1f03", 6 },     { "9f", 0 },
	};
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(der_announced(hex(&b, rows[i].in)), rows[i].size);
	}
	buf_release(&b);
}

static void
test_sets_are_sorted(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	(void)hex(&b, "ff0402000104010305000201070401020401");
	buf_cut(&b, b.size - 2);
	assert_int_equal(der_sort_set(&b, 1), RC_OK);
	assert_hex(&b, "ff02010704010204010304020001"
		       "0500");
	(void)hex(&b, "ff0500");
	assert_int_equal(der_sort_set(&b, 1), RC_OK);
	assert_int_equal(der_sort_set(&b, 3), RC_OK);
	assert_int_equal(der_sort_set(&b, 2), RC_DAMAGED);
	buf_release(&b);
}

static void
test_out_of_memory_stays(void **state)
{
	struct buf b = BUF_INIT;
	struct buf in = BUF_INIT;
	struct buf bad = BUF_INIT;

	(void)state;
	bad.bad = true;
	der_put_head(&bad, DER_SEQUENCE, 5);
	der_put_number(&bad, 500);
	der_put_time(&bad, 0);
	der_wrap(&bad, 0, DER_SEQUENCE);
	assert_int_equal(bad.size, 0);
	assert_int_equal(der_sort_set(&bad, 0), RC_NO_MEMORY);
	assert_int_equal(der_from_ber(&bad, hex(&in, "24800401010000"), NULL), RC_NO_MEMORY);
	assert_int_equal(der_from_ber(&bad, hex(&in, "2380030200010000"), NULL), RC_NO_MEMORY);
	buf_release(&in);
	buf_release(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next_reads_der_only),
		cmocka_unit_test(test_lengths_go_round),
		cmocka_unit_test(test_take),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_simple_values),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_times_are_written),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_ber),
		cmocka_unit_test(test_ber_is_not_too_deep),
		cmocka_unit_test(test_ber_cut_and_changed),
		cmocka_unit_test(test_announced),
		cmocka_unit_test(test_sets_are_sorted),
		cmocka_unit_test(test_out_of_memory_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
