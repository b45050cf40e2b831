/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hex.h"
#include "pki/der.h"
#include "pki/dn.h"

#include <stdlib.h>
#include <string.h>

#define FIFTY "12345678901234567890123456789012345678901234567890"

static struct span
parse(struct buf *b, const char *text)
{
	struct err err = ERR_INIT;

	buf_cut(b, 0);
	if (dn_parse(b, text, &err))
		fail_msg("%s: %s", text, err.message);
	return buf_span(b);
}

/* The DER is what `openssl req -subj` or python3-cryptography write for the same names. */
static void
test_text_to_der(void **state)
{
	static const struct {
		const char *text;
		const char *der;
	} rows[] = {
		{ "", "3000" },
		{ "  ", "3000" },
		{ "CN=a", "300c310a30080603550403130161" },
		{ "C=DE", "300d310b3009060355040613024445" },
		{ "cn = a ", "300c310a30080603550403130161" },
		{ "2.5.4.3=a", "300c310a30080603550403130161" },
		{ "oid.2.5.4.3=a", "300c310a30080603550403130161" },
		{ "commonName=\"a\"", "300c310a30080603550403130161" },
		{ "CN=\xc3\xa4", "300d310b300906035504030c02c3a4" },
		{ "CN=\\C3\\a4", "300d310b300906035504030c02c3a4" },
		{ "CN=*", "300c310a300806035504030c012a" }, /* no PrintableString */
		{ "CN=#0c0161", "300c310a300806035504030c0161" },
		{ "1.2.3=#0500", "300a31083006"
				 "06022a030500" },
		{ "emailAddress=a@b", "30143112301006092a864886f70d01090116036140"
				      "62" },
		{ "CN=b,O=a", "3018310a3008060355040a130161310a30080603550403130162" },
		{ "CN=b;O=a", "3018310a3008060355040a130161310a30080603550403130162" },
		/* a SET OF is sorted, however it was typed */
		{ "OU=b+CN=a", "3016311430080603550403130161300806035504"
			       "0b130162" },
		{ "CN=a + OU=b", "3016311430080603550403130161300806035504"
				 "0b130162" },
	};
	struct buf b = BUF_INIT;
	struct buf text = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_cut(&text, 0);
		text_put_hex(&text, parse(&b, rows[i].text));
		assert_int_equal(der_check(buf_span(&b)), RC_OK);
		assert_string_equal(buf_text(&text), rows[i].der);
	}
	buf_release(&b);
	buf_release(&text);
}

static void
test_value_types(void **state)
{
	static const struct {
		const char *text;
		unsigned tag;
	} rows[] = {
		{ "CN=Ex '()+,-./:=?", 0 }, /* + and , are separators */
		{ "CN=Ex '()-./:=?", DER_PRINTABLE_STRING },
		{ "CN=a&b", DER_UTF8_STRING },
		{ "CN=a@b", DER_UTF8_STRING },
		{ "C=DE", DER_PRINTABLE_STRING },
		{ "serialNumber=123", DER_PRINTABLE_STRING },
		{ "DC=example", DER_IA5_STRING },
		{ "emailAddress=a@b", DER_IA5_STRING },
		{ "E=a@b", DER_IA5_STRING },
		{ "mail=a@b", DER_IA5_STRING },
		{ "UID=x_1", DER_UTF8_STRING },
		{ "1.2.3.4=x", DER_PRINTABLE_STRING },
	};
	struct buf b = BUF_INIT;
	struct err err = ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span rdns;
		struct span rdn = SPAN_NONE;
		struct span type;
		struct span value;
		unsigned tag;

		buf_cut(&b, 0);
		if (rows[i].tag == 0) {
			assert_int_equal(dn_parse(&b, rows[i].text, &err), RC_USAGE);
			continue;
		}
		assert_int_equal(der_only(parse(&b, rows[i].text), DER_SEQUENCE, &rdns), RC_OK);
		assert_int_equal(dn_next(&rdns, &rdn, &type, &tag, &value), RC_OK);
		assert_int_equal(tag, rows[i].tag);
		assert_int_equal(dn_next(&rdns, &rdn, &type, &tag, &value), RC_NOT_FOUND);
	}
	buf_release(&b);
}

static void
test_refused_text(void **state)
{
	static const struct {
		const char *text;
		const char *words;
	} rows[] = {
		{ "web.example", "name part 1: 'web.example' is not ATTRIBUTE=VALUE" },
		{ "CN=a,", "name part 2: '' is not ATTRIBUTE=VALUE" },
		{ ",CN=a", "name part 1: '' is not ATTRIBUTE=VALUE" },
		{ "CN=a,,O=b", "name part 2: '' is not ATTRIBUTE=VALUE" },
		{ "CN=a+", "name part 2: '' is not ATTRIBUTE=VALUE" },
		{ "O=Ex, Inc.", "name part 2: 'Inc.' is not ATTRIBUTE=VALUE" },
		{ "=a", "name part 1: unknown attribute ''" },
		{ "XY=a", "name part 1: unknown attribute 'XY'" },
		{ "O=a,serverAuth=b", "name part 2: unknown attribute 'serverAuth'" },
		{ "1.2.=a", "name part 1: unknown attribute '1.2.'" },
		{ "CN=", "name part 1: CN is empty" },
		{ "CN=  ,O=a", "name part 1: CN is empty" },
		{ "CN=\"\"", "name part 1: CN is empty" },
		{ "1.2.3=", "name part 1: the value is empty" },
		{ "CN=\"a", "name part 1: a closing quote is missing" },
		{ "CN=\"a\"b", "name part 1: 'b' after the closing quote" },
		{ "CN=a\"b\"", "name part 1: a quote inside the value" },
		{ "CN=a\\", "name part 1: a backslash must stand before one of \"+,;<=># or two "
			    "hexadecimal digits" },
		{ "CN=a\\n", "name part 1: a backslash must stand before one of \"+,;<=># or two "
			     "hexadecimal digits" },
		{ "CN=\"\\g\"",
		  "name part 1: a backslash must stand before one of \"+,;<=># or two "
		  "hexadecimal digits" },
		{ "CN=a\\00.example", "name part 1: CN has control characters" },
		{ "CN=a\nb", "name part 1: CN has control characters" },
		{ "CN=a\xe2\x80\xae"
		  "b",
		  "name part 1: CN has control characters" },
		{ "CN=\xff", "name part 1: CN is not UTF-8" },
		{ "CN=\\ff", "name part 1: CN is not UTF-8" },
		{ "C=DEU", "name part 1: C must be two letters, not 'DEU'" },
		{ "C=1a", "name part 1: C must be two letters, not '1a'" },
		{ "C=\xc3\xa4", "name part 1: C must be two letters, not '\xc3\xa4'" },
		{ "serialNumber=a_b", "name part 1: serialNumber must be letters, digits and "
				      "'()+,-./:=? only, not 'a_b'" },
		{ "DC=\xc3\xa4", "name part 1: DC must be ASCII characters only, not '\xc3\xa4'" },
		{ "CN=" FIFTY FIFTY, "name part 1: CN has 100 characters, the limit is 64" },
		{ "CN=#", "name part 1: what follows # is not one DER element in hexadecimal" },
		{ "CN=#0c", "name part 1: what follows # is not one DER element in hexadecimal" },
		{ "CN=#0c01", "name part 1: what follows # is not one DER element in hexadecimal" },
		{ "CN=#0c016",
		  "name part 1: what follows # is not one DER element in hexadecimal" },
		{ "CN=#05000500", "name part 1: what follows # is not one DER element in "
				  "hexadecimal" },
		{ "CN=#xy", "name part 1: what follows # is not one DER element in hexadecimal" },
		{ "CN=#05\"", "name part 1: a quote inside the value" },
	};
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(dn_parse(&b, rows[i].text, &err), RC_USAGE);
		assert_string_equal(err.message, rows[i].words);
		assert_int_equal(b.size, 0);
	}
	assert_int_equal(dn_parse(&b, "XY=1", NULL), RC_USAGE);
	buf_release(&b);
}

/* Bounds are in characters, not in bytes. */
static void
test_bounds(void **state)
{
	struct buf b = BUF_INIT;
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	unsigned i;

	(void)state;
	buf_put_text(&text, "CN=");
	for (i = 0; i < 64; i++)
		buf_put_text(&text, "\xe2\x82\xac");
	(void)parse(&b, buf_text(&text));
	buf_put_text(&text, "x");
	assert_int_equal(dn_parse(&b, buf_text(&text), &err), RC_USAGE);
	buf_cut(&text, 0);
	buf_put_text(&text, "givenName=");
	memset(buf_extend(&text, 32768), 'x', 32768);
	(void)parse(&b, buf_text(&text));
	buf_put_text(&text, "x");
	assert_int_equal(dn_parse(&b, buf_text(&text), &err), RC_USAGE);
	memset(buf_extend(&text, 65536), 'x', 65536);
	assert_int_equal(dn_parse(&b, buf_text(&text), &err), RC_USAGE);
	assert_string_equal(err.message, "the name has 98315 bytes, the limit is 65536");
	buf_release(&b);
	buf_release(&text);
}

static void
test_der_to_text(void **state)
{
	static const struct {
		const char *der;
		const char *text;
	} rows[] = {
		{ "3000", "" },
		{ "", "?" },
		{ "30", "?" },
		{ "30000500", "?" },
		{ "30023100", "?" },     /* an RDN of nothing */
		{ "300431023000", "?" }, /* an attribute of nothing */
		{ "300931073005060355"
		  "0403",
		  "?" }, /* without value */
		{ "300c310a3008060355800313"
		  "0161",
		  "?" },
		{ "300e310c300a06035504031301610500", "?" }, /* something behind the value */
		{ "300c310a30080603550403130161", "CN=a" },
		{ "300c310a300806035504030c01e4", "CN=#0c01e4" }, /* no UTF-8 */
		{ "300b3109300706035504030c00", "CN=" },
		{ "300d310b300906035504031e0200e4", "CN=\xc3\xa4" },
		{ "300c310a30080603550403140"
		  "1e4",
		  "CN=\xc3\xa4" },
		{ "300d310b3009060355040304020500", "CN=#04020500" },
		/* CVE-2009-2408: what is behind the NUL is seen */
		{ "300e310c300a060355040313036100"
		  "62",
		  "CN=a\\00b" },
		{ "300d310b300906035504030c020a1b", "CN=\\0A\\1B" },
		{ "300e310c300a06035504030c03e280ae", "CN=\\E2\\80\\AE" },
		{ "300d310b300906035504030c022320", "CN=\\#\\ " },
		{ "300e310c300a06035504030c03202020", "CN=\\  \\ " },
		{ "3014311230100603550403130922"
		  "2b2c3b3c3e5c3d23",
		  "CN=\\\"\\+\\,\\;\\<\\>\\\\=#" },
		{ "300d310b300906032a03040c026162", "1.2.3.4=#0c026162" },
		/* serverAuth is known, but is no attribute */
		{ "3012311030"
		  "0e06082b060105050703010c026162",
		  "1.3.6.1.5.5.7.3.1=#0c026162" },
	};
	struct buf b = BUF_INIT;
	struct buf text = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_cut(&text, 0);
		dn_put(&text, hex(&b, rows[i].der));
		assert_string_equal(buf_text(&text), rows[i].text);
	}
	buf_release(&b);
	buf_release(&text);
}

/* The examples of RFC 4514 section 4, and what is hard about them. */
static void
test_there_and_back(void **state)
{
	static const char *const rows[] = {
		"UID=jsmith,DC=example,DC=net",
		"CN=J.  Smith+OU=Sales,DC=example,DC=net",
		"CN=James \\\"Jim\\\" Smith\\, III,DC=example,DC=net",
		"1.3.6.1.4.1.1466.0=#04024869",
		"CN=Lu\xc4\x8di\xc4\x87",
		"CN=\\ a\\ ,O=b",
		"CN=\\#a,O=b#",
		"serialNumber=1+CN=a,organizationIdentifier=VATDE-1,C=DE",
		"emailAddress=a@b.example,jurisdictionC=DE,SN=x,givenName=y",
	};
	struct buf b = BUF_INIT;
	struct buf text = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span name = parse(&b, rows[i]);
		struct buf again = BUF_INIT;

		buf_cut(&text, 0);
		dn_put(&text, name);
		if (!strchr(rows[i], '+'))
			assert_string_equal(buf_text(&text), rows[i]);
		assert_true(span_equal(parse(&again, buf_text(&text)), name));
		buf_release(&again);
	}
	buf_release(&b);
	buf_release(&text);
}

static void
test_equal(void **state)
{
	static const struct {
		const char *a;
		const char *b;
		bool equal;
	} rows[] = {
		{ "", "", true },
		{ "", "CN=a", false },
		{ "CN=a,O=b", "CN=A,O=B", true },
		{ "CN=a,O=b", "O=b,CN=a", false },
		{ "CN=a,O=b", "O=b", false },
		{ "CN=a", "CN=b", false },
		{ "CN=a", "OU=a", false },
		{ "CN=a", "CN=ab", false },
		{ "CN=a  b", "CN=a b", true },
		{ "CN=\\  a", "CN=a\\ ", true },
		{ "CN=ab", "CN=a b", false },
		{ "CN=a", "CN=#0c0161", true },        /* Printable, UTF8 */
		{ "CN=a", "CN=#1e020041", true },      /* BMP */
		{ "CN=a", "CN=#1c0400000041", true },  /* Universal */
		{ "CN=\xc3\xa4", "CN=#1401e4", true }, /* T61 as Latin-1 */
		{ "CN=\xf0\x9f\x94\x91", "CN=#1e04d83ddd11", true },
		{ "CN=\xf0\x9f\x94\x91", "CN=#1e04d83d0041", false },
		{ "CN=a", "CN=#1e0141", false },
		{ "CN=a", "CN=#1c0401000041", false },
		{ "CN=\xc3\xa4", "CN=\xc3\x84", true },
		{ "CN=a\xc2\xa0"
		  "b",
		  "CN=a b", true },                     /* a blank of another kind */
		{ "CN=#1301e4", "CN=\xc3\xa4", false }, /* no PrintableString at all */
		{ "CN=#1301e4", "CN=#1301e4", true },
		{ "CN=#040161", "CN=a", false },
		{ "CN=#0c00", "CN=#1300", true },
		{ "CN=#0c0120", "CN=#1300", true },
		{ "CN=#0c0161+OU=#1301"
		  "42",
		  "CN=A+OU=b", true },
		{ "CN=#0c0161+CN=A+CN=b", "CN=b+CN=B+CN=#0c0161", true },
		{ "CN=a+OU=b", "CN=a", false },
		{ "CN=a+OU=b", "CN=a,OU=b", false },
		{ "CN=a+CN=b", "CN=a+CN=c", false },
		/* NUL is a character like any other: CVE-2009-2408 */
		{ "CN=#1303610062", "CN=a", false },
	};
	struct buf a = BUF_INIT;
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span left = parse(&a, rows[i].a);
		struct span right = parse(&b, rows[i].b);

		if (dn_equal(left, right) != rows[i].equal ||
		    dn_equal(right, left) != rows[i].equal)
			fail_msg("%s and %s", rows[i].a, rows[i].b);
	}
	assert_true(dn_equal(span_text("junk"), span_text("junk")));
	assert_false(dn_equal(span_text("junk"), parse(&a, "")));
	assert_false(dn_equal(hex(&a, "30023100"), hex(&b, "3003310100")));
	assert_false(dn_equal(hex(&a, "300431020500"), hex(&b, "300431020501")));
	buf_release(&a);
	buf_release(&b);
}

/* Comparing sets is quadratic, so that long ones are compared byte by byte. */
static void
test_huge_rdns(void **state)
{
	struct buf a = BUF_INIT;
	struct buf b = BUF_INIT;
	struct buf text = BUF_INIT;
	unsigned i;

	(void)state;
	for (i = 0; i < 1000; i++)
		buf_printf(&text, "%sCN=a%u", i ? "+" : "", i);
	(void)parse(&a, buf_text(&text));
	(void)parse(&b, buf_text(&text));
	assert_true(dn_equal(buf_span(&a), buf_span(&b)));
	text.data[3] = 'A';
	assert_false(dn_equal(buf_span(&a), parse(&b, buf_text(&text))));
	buf_release(&a);
	buf_release(&b);
	buf_release(&text);
}

static void
test_within(void **state)
{
	static const struct {
		const char *name;
		const char *base;
		bool within;
	} rows[] = {
		{ "CN=a,OU=b,O=c", "O=c", true },
		{ "CN=a,OU=b,O=c", "OU=B,O=C", true },
		{ "CN=a,OU=b,O=c", "CN=a,OU=b,O=c", true },
		{ "CN=a,OU=b,O=c", "", true },
		{ "", "", true },
		{ "O=c", "OU=b,O=c", false },
		{ "CN=a,OU=b,O=c", "OU=b", false }, /* from the root on */
		{ "CN=a,OU=b,O=c", "OU=x,O=c", false },
		{ "", "O=c", false },
	};
	struct buf a = BUF_INIT;
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(dn_within(parse(&a, rows[i].name), parse(&b, rows[i].base)),
				 rows[i].within);
	assert_false(dn_within(parse(&a, "CN=a"), span_text("junk")));
	assert_false(dn_within(span_text("junk"), parse(&a, "CN=a")));
	buf_release(&a);
	buf_release(&b);
}

static void
test_get(void **state)
{
	struct buf b = BUF_INIT;
	struct buf text = BUF_INIT;
	struct span name = parse(&b, "CN=last+CN=also,O=x,CN=first");

	(void)state;
	assert_true(dn_get(&text, name, OID_CN));
	assert_string_equal(buf_text(&text), "last");
	assert_true(dn_get(&text, name, OID_O));
	assert_string_equal(buf_text(&text), "lastx");
	assert_false(dn_get(&text, name, OID_C));
	assert_false(dn_get(&text, span_text("junk"), OID_C));
	assert_false(dn_is_empty(name));
	assert_true(dn_is_empty(parse(&b, "")));
	assert_false(dn_is_empty(span_text("")));
	buf_release(&b);
	buf_release(&text);
}

static void
test_from_cn(void **state)
{
	struct buf b = BUF_INIT;
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(dn_from_cn(&b, span_text("a, \"b\" + c"), &err), RC_OK);
	dn_put(&text, buf_span(&b));
	assert_string_equal(buf_text(&text), "CN=a\\, \\\"b\\\" \\+ c");
	assert_int_equal(dn_from_cn(&b, SPAN_NONE, &err), RC_USAGE);
	assert_int_equal(dn_from_cn(&b, SPAN_OF("a\0b", 3), &err), RC_USAGE);
	assert_int_equal(dn_from_cn(&b, span_text(FIFTY FIFTY), &err), RC_USAGE);
	assert_string_equal(err.message, "name part 1: CN has 100 characters, the limit is 64");
	buf_release(&b);
	buf_release(&text);
}

/* Every change of a byte and every beginning: an answer, without a sanitizer's report. */
static void
test_hostile(void **state)
{
	struct buf b = BUF_INIT;
	struct buf text = BUF_INIT;
	struct span name = parse(&b, "CN=a+OU=\xc3\xa4,1.2.3=#1e020041,C=DE");
	unsigned char *copy = malloc(name.size);
	unsigned byte;
	size_t i;

	(void)state;
	assert_non_null(copy);
	for (i = 0; i < name.size; i++) {
		for (byte = 0; byte < 256; byte++) {
			struct span changed = SPAN_OF(copy, name.size);

			memcpy(copy, name.data, name.size);
			copy[i] = (unsigned char)byte;
			buf_cut(&text, 0);
			dn_put(&text, changed);
			assert_true(text.size > 0);
			(void)dn_equal(changed, name);
			(void)dn_get(&text, changed, OID_CN);
		}
	}
	for (i = 0; i < name.size; i++) {
		unsigned char *part = malloc(i + 1);

		assert_non_null(part);
		memcpy(part, name.data, i);
		buf_cut(&text, 0);
		dn_put(&text, SPAN_OF(part, i));
		assert_string_equal(buf_text(&text), "?");
		assert_false(dn_equal(SPAN_OF(part, i), name));
		free(part);
	}
	free(copy);
	buf_release(&b);
	buf_release(&text);
}

static void
put_value(void *self, struct span text)
{
	buf_put(self, text);
	buf_put_byte(self, '|');
}

/* The values alone, most specific first, decoded by their string type and not escaped. */
static void
test_values(void **state)
{
	static const struct {
		const char *der;
		const char *values;
		enum rc rc;
	} rows[] = {
		{ "3000", "", RC_OK },
		{ "301a310b3009060355040613025553310b300906035504030c026162", "ab|US|", RC_OK },
		/* two in one RDN stay in their order */
		{ "302331143008060355040313016130080603550403130162310b3009060355040a0c026364",
		  "cd|a|b|", RC_OK },
		{ "300d310b300906035504031e0200e4", "\xc3\xa4|", RC_OK },
		{ "300c310a300806035504031401e4", "\xc3\xa4|", RC_OK },
		{ "300d310b300906035504030c020a1b", "\n\x1b|", RC_OK },
		{ "300c310a300806035504031e0141", "#1e0141|", RC_OK }, /* half a character */
		{ "300d310b3009060355040304020500", "#04020500|", RC_OK },
		{ "300b3109300706035504030c00", "|", RC_OK },
		/* nothing of a name that is good at first only */
		{ "300e310a3008060355040313016131", "", RC_DAMAGED },
		{ "", "", RC_DAMAGED },
	};
	struct buf b = BUF_INIT;
	struct buf text = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_cut(&text, 0);
		assert_int_equal(dn_each_value(hex(&b, rows[i].der), put_value, &text), rows[i].rc);
		assert_string_equal(buf_text(&text), rows[i].values);
	}
	buf_release(&b);
	buf_release(&text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_to_der),  cmocka_unit_test(test_value_types),
		cmocka_unit_test(test_refused_text), cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_der_to_text),  cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_equal),        cmocka_unit_test(test_huge_rdns),
		cmocka_unit_test(test_within),       cmocka_unit_test(test_get),
		cmocka_unit_test(test_from_cn),      cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
