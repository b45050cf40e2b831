/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "pki/der.h"
#include "pki/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LABEL64 "abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-0123456789"

typedef enum rc parse_function(struct buf *der, const char *text, struct err *err);

/* A name as name_put writes it; the caller releases b. */
static void
put_parsed(struct buf *b, struct span der)
{
	struct name name;

	assert_int_equal(name_next(&der, &name), RC_OK);
	assert_int_equal(der.size, 0);
	assert_int_equal(der_check(name.whole), RC_OK);
	name_put(b, &name);
}

struct row {
	const char *text;
	const char *out; /* NULL: RC_USAGE */
};

static void
check_rows(parse_function *parse, const struct row *rows, size_t count)
{
	struct buf der = BUF_INIT;
	struct buf text = BUF_INIT;
	size_t i;

	for (i = 0; i < count; i++) {
		struct err err = ERR_INIT;

		buf_cut(&der, 0);
		buf_cut(&text, 0);
		if ((parse(&der, rows[i].text, &err) == RC_OK) != (rows[i].out != NULL))
			fail_msg("%s: %s", rows[i].text, err.message);
		if (!rows[i].out) {
			assert_int_equal(err.rc, RC_USAGE);
			assert_int_equal(der.size, 0);
			continue;
		}
		put_parsed(&text, buf_span(&der));
		assert_string_equal(buf_text(&text), rows[i].out);
	}
	buf_release(&der);
	buf_release(&text);
}

static void
test_typed_names(void **state)
{
	static const struct row rows[] = {
		{ "dns:web.example", "dns:web.example" },
		{ "DNS:WEB.Example", "dns:web.example" },
		{ "dns:web.example.", "dns:web.example" },
		{ "dns:localhost", "dns:localhost" },
		{ "dns:*.web.example", "dns:*.web.example" },
		{ "dns:*.\xc3\xbc"
		  "ber.example",
		  "dns:*.xn--ber-goa.example" },
		{ "dns:b\xc3\xbc"
		  "cher.example",
		  "dns:xn--bcher-kva.example" },
		{ "dns:B\xc3\x9c"
		  "CHER.example",
		  "dns:xn--bcher-kva.example" },
		{ "dns:stra\xc3\x9f"
		  "e.example",
		  "dns:xn--strae-oqa.example" }, /* 2008, not 2003 */
		{ "dns:xn--bcher-kva.example", "dns:xn--bcher-kva.example" },
		{ "dns:r3---sn.example", "dns:r3---sn.example" },
		{ "dns:3com.example", "dns:3com.example" },
		{ "dns:", NULL },
		{ "dns:.", NULL },
		{ "dns:.example", NULL },
		{ "dns:a..b", NULL },
		{ "dns:a.b..", NULL },
		{ "dns:*", NULL },
		{ "dns:*.", NULL },
		{ "dns:*.example", NULL },
		{ "dns:*.*.example", NULL },
		{ "dns:a*.b.example", NULL },
		{ "dns:a.*.example", NULL },
		{ "dns:web_1.example", NULL },
		{ "dns:-a.example", NULL },
		{ "dns:a-.example", NULL },
		{ "dns:a b.example", NULL },
		{ "dns:a\xc2\xad"
		  "b",
		  "dns:ab" },
		{ "dns:xn--\xc3\xbc.example", NULL },
		{ "dns:xn--.example", NULL },
		{ "dns:xn--99999999999.example", NULL },
		{ "dns:\xff.example", NULL },
		{ "dns:192.0.2.1", NULL },
		{ "dns:192.0.2.1.5", NULL },
		{ "dns:300.1.1.1", NULL },
		{ "dns:" LABEL64, NULL },
		{ "dns:a." LABEL64 ".example", NULL },
		{ "ip:192.0.2.7", "ip:192.0.2.7" },
		{ "ip:2001:DB8:0:0::7", "ip:2001:db8::7" },
		{ "ip:::ffff:192.0.2.7", "ip:::ffff:192.0.2.7" },
		{ "ip:192.0.2", NULL },
		{ "ip:192.0.2.7.8", NULL },
		{ "ip:192.0.2.256", NULL },
		{ "ip:192.0.2.010", NULL },
		{ "ip:192.0.2.0/24", NULL },
		{ "ip:fe80::1%eth0", NULL },
		{ "ip:", NULL },
		{ "email:a@b.example", "email:a@b.example" },
		{ "email:A.b+c@B.Example", "email:A.b+c@b.example" },
		{ "email:a@b\xc3\xbc"
		  "cher.example",
		  "email:a@xn--bcher-kva.example" },
		{ "email:a", NULL },
		{ "email:@b", NULL },
		{ "email:a@", NULL },
		{ "email:a@b@c", NULL },
		{ "email:a b@c", NULL },
		{ "email:.a@c", NULL },
		{ "email:a.@c", NULL },
		{ "email:a..b@c", NULL },
		{ "email:\xc3\xa4@c", NULL },
		{ "email:" LABEL64 "x@c", NULL },
		{ "uri:https://web.example/x?y#z", "uri:https://web.example/x?y#z" },
		{ "uri:urn:uuid:1", "uri:urn:uuid:1" },
		{ "uri:web.example", NULL },
		{ "uri:https:", NULL },
		{ "uri:://x", NULL },
		{ "uri:1a://x", NULL },
		{ "uri:https://a b", NULL },
		{ "uri:https://\xc3\xa4", NULL },
		{ "uri:https://<a>", NULL },
		{ "uri:", NULL },
		{ "dir:CN=a,O=b", "dir:CN=a,O=b" },
		{ "dir:", NULL },
		{ "dir:a", NULL },
		{ "rid:1.2.3.4", "rid:1.2.3.4" },
		{ "rid:1", NULL },
		{ "rid:", NULL },
		{ "upn:user@realm", "upn:user@realm" },
		{ "upn:\xc3\xa4@b", "upn:\xc3\xa4@b" },
		{ "upn:", NULL },
		{ "upn:a\nb", NULL },
		{ "upn:\xff", NULL },
		{ "other:1.2.3;UTF8:a;b", "other:1.2.3;0c03613b62" },
		{ "other:1.2.3;0500", "other:1.2.3;0500" },
		{ "other:1.3.6.1.4.1.311.20.2.3;UTF8:x", "upn:x" },
		{ "other:1.2.3", NULL },
		{ "other:1.2.3;", NULL },
		{ "other:1.2.3;UTF8:", NULL },
		{ "other:1.2.3;05", NULL },
		{ "other:1.2.3;05000500", NULL },
		{ "other:1.2.3;xx", NULL },
		{ "other:;0500", NULL },
		{ "", NULL },
		{ "web.example", NULL },
		{ "foo:bar", NULL },
		{ "d:x", NULL },
	};

	(void)state;
	check_rows(name_parse, rows, ARRAY_SIZE(rows));
}

static void
test_names_by_shape(void **state)
{
	static const struct row rows[] = {
		{ "web.example", "dns:web.example" },
		{ "*.web.example", "dns:*.web.example" },
		{ "localhost", "dns:localhost" },
		{ "192.0.2.7", "ip:192.0.2.7" },
		{ "::1", "ip:::1" },
		{ "a@b.example", "email:a@b.example" },
		{ "https://a@b.example/", "uri:https://a@b.example/" },
		{ "dns:web.example", NULL },
		{ "1.2.3.4.5", NULL },
		{ "192.0.2", NULL },
		{ "", NULL },
		{ "a b", NULL },
	};

	(void)state;
	check_rows(name_parse_any, rows, ARRAY_SIZE(rows));
}

static void
test_constraints(void **state)
{
	static const struct row rows[] = {
		{ "dns:example", "dns:example" },
		{ "dns:.Example", "dns:.example" },
		{ "dns:b\xc3\xbc"
		  "cher.example",
		  "dns:xn--bcher-kva.example" },
		{ "dns:*.a.example", NULL },
		{ "dns:", NULL },
		{ "dns:.", NULL },
		{ "dns:..a", NULL },
		{ "ip:192.0.2.0/24", "ip:192.0.2.0/24" },
		{ "ip:0.0.0.0/0", "ip:0.0.0.0/0" },
		{ "ip:192.0.2.7/32", "ip:192.0.2.7/32" },
		{ "ip:2001:db8::/32", "ip:2001:db8::/32" },
		{ "ip:::/0", "ip:::/0" },
		{ "ip:192.0.2.7/24", NULL },
		{ "ip:192.0.2.0", NULL },
		{ "ip:192.0.2.0/", NULL },
		{ "ip:192.0.2.0/33", NULL },
		{ "ip:192.0.2.0/-1", NULL },
		{ "ip:2001:db8::/129", NULL },
		{ "ip:/24", NULL },
		{ "ip:x/24", NULL },
		{ "ip:" LABEL64 "/24", NULL },
		{ "email:a@b.example", "email:a@b.example" },
		{ "email:b.example", "email:b.example" },
		{ "email:.b.example", "email:.b.example" },
		{ "email:a@", NULL },
		{ "uri:web.example", "uri:web.example" },
		{ "uri:.web.example", "uri:.web.example" },
		{ "uri:https://web.example", NULL },
		{ "dir:O=a", "dir:O=a" },
		{ "dir:", NULL },
		{ "rid:1.2.3", NULL },
		{ "upn:a@b", NULL },
		{ "foo", NULL },
	};

	(void)state;
	check_rows(name_parse_constraint, rows, ARRAY_SIZE(rows));
}

static void
test_words(void **state)
{
	static const struct {
		parse_function *parse;
		const char *text;
		const char *message;
		const char *hint;
	} rows[] = {
		{ name_parse, "foo:a", "'foo:a' is not TYPE:VALUE",
		  "TYPE is dns, ip, email, uri, dir, rid, upn or other" },
		{ name_parse_constraint, "rid:1.2", "'rid:1.2' is not TYPE:VALUE",
		  "TYPE is dns, ip, email, uri or dir" },
		{ name_parse, "dns:a_b\x1b", "'a_b\\x1b' is not a host name",
		  "labels of 1 to 63 letters, digits and hyphens, with dots between; a wildcard is "
		  "the whole first label of three or more" },
		{ name_parse, "ip:1", "'1' is not an IPv4 or IPv6 address", "" },
		{ name_parse, "email:a", "'a' is not a mail address",
		  "write name@host, with ASCII characters before the @" },
		{ name_parse, "uri:a", "'a' is not an absolute URI",
		  "write scheme:rest, with other than ASCII characters as %HH" },
		{ name_parse, "dir:", "dir: needs a distinguished name", "" },
		{ name_parse, "rid:a", "'a' is not a dotted object identifier", "" },
		{ name_parse, "upn:", "'' is not a principal name", "" },
		{ name_parse, "other:a", "'a' is not OID;UTF8:TEXT or OID;HEX",
		  "HEX is one DER element" },
		{ name_parse_constraint, "ip:a", "'a' is not ADDRESS/BITS",
		  "for example 192.0.2.0/24 or 2001:db8::/32" },
		{ name_parse_constraint, "ip:192.0.2.7/24",
		  "'192.0.2.7/24' has bits set behind its first 24",
		  "the network is 192.0.2.0/24" },
	};
	struct buf der = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(rows[i].parse(&der, rows[i].text, &err), RC_USAGE);
		assert_string_equal(err.message, rows[i].message);
		assert_string_equal(err.hint, rows[i].hint);
		assert_int_equal(rows[i].parse(&der, rows[i].text, NULL), RC_USAGE);
	}
	buf_release(&der);
}

static void
test_long_hosts(void **state)
{
	struct buf longer = BUF_INIT;

	(void)state;
	assert_true(name_is_host(SPAN_OF(LABEL64, 63)));
	assert_false(name_is_host(SPAN_OF(LABEL64, 64)));
	while (longer.size < 252)
		buf_put_text(&longer, "a.");
	buf_put_text(&longer, "b");
	assert_int_equal(longer.size, HOST_MAX);
	assert_true(name_is_host(buf_span(&longer)));
	buf_put_text(&longer, "b");
	assert_false(name_is_host(buf_span(&longer)));
	while (longer.size < 300)
		buf_put_text(&longer, ".b");
	assert_false(name_is_host(buf_span(&longer)));
	buf_release(&longer);
}

static void
test_next(void **state)
{
	static const struct {
		const char *why;
		const char *der;
		enum rc rc;
		enum name_type type;
	} rows[] = {
		{ "nothing", "", RC_NOT_FOUND, NAME_OTHER },
		{ "dns", "820161", RC_OK, NAME_DNS },
		{ "an empty one", "8200", RC_OK, NAME_DNS },
		{ "dir", "a4023000", RC_OK, NAME_DIR },
		{ "x400", "a300", RC_OK, NAME_X400 },
		{ "edi", "a500", RC_OK, NAME_EDI },
		{ "a tag over 8", "890161", RC_DAMAGED, NAME_OTHER },
		{ "a universal tag", "0c0161", RC_DAMAGED, NAME_OTHER },
		{ "constructed text", "a2030c0161", RC_DAMAGED, NAME_OTHER },
		{ "primitive directoryName", "84023000", RC_DAMAGED, NAME_OTHER },
		{ "cut off", "820261", RC_DAMAGED, NAME_OTHER },
		{ "a long tag", "9f1f00", RC_DAMAGED, NAME_OTHER },
	};
	struct buf b = BUF_INIT;
	struct name name;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span names;

		buf_cut(&b, 0);
		assert_int_equal(text_get_hex(&b, rows[i].der), RC_OK);
		names = buf_span(&b);
		if (name_next(&names, &name) != rows[i].rc)
			fail_msg("%s", rows[i].why);
		if (rows[i].rc) {
			assert_int_equal(names.size, b.size);
			continue;
		}
		assert_int_equal(name.type, rows[i].type);
		assert_int_equal(names.size, 0);
	}
	buf_release(&b);
}

static void
test_put_odd_ones(void **state)
{
	static const struct {
		const char *der;
		const char *text;
	} rows[] = {
		{ "820361001b", "dns:a\\x00\\x1b" },
		{ "8101ff", "email:\\xff" },
		{ "8703c00002", "ip:#c00002" },
		{ "8700", "ip:#" },
		{ "8708c0000200ffffff00", "ip:192.0.2.0/24" },
		{ "8708c0000200ff00ff00", "ip:192.0.2.0/255.0.255.0" },
		{ "a4023000", "dir:" },
		{ "a4020500", "dir:?" },
		{ "8800", "rid:?" },
		{ "a3020500", "x400:0500" },
		{ "a5020500", "edi:0500" },
		{ "a000", "other:?" },
		{ "a00406022a03", "other:?" },
		{ "a00a06022a03a00405000500", "other:1.2.3;05000500" },
		{ "a01006"
		  "0a2b060104018237140203"
		  "a0020500",
		  "other:1.3.6.1.4.1.311.20.2.3;0500" },
	};
	struct buf b = BUF_INIT;
	struct buf text = BUF_INIT;
	struct name name;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct span names;

		buf_cut(&b, 0);
		buf_cut(&text, 0);
		assert_int_equal(text_get_hex(&b, rows[i].der), RC_OK);
		names = buf_span(&b);
		assert_int_equal(name_next(&names, &name), RC_OK);
		name_put(&text, &name);
		assert_string_equal(buf_text(&text), rows[i].text);
	}
	buf_release(&b);
	buf_release(&text);
}

/* RFC 9525 section 6, RFC 6125 section 6.4 and what went wrong in other programs. */
static void
test_host_matching(void **state)
{
	static const struct {
		const char *presented;
		const char *host;
		bool matches;
	} rows[] = {
		{ "web.example", "web.example", true },
		{ "WEB.example", "web.EXAMPLE", true },
		{ "web.example", "www.web.example", false },
		{ "www.web.example", "web.example", false },
		{ "web.example", "web.example.org", false },
		{ "web.example.", "web.example", false },
		{ "localhost", "localhost", true },
		{ "*.web.example", "a.web.example", true },
		{ "*.web.example", "xn--bcher-kva.web.example", true },
		{ "*.WEB.example", "a.web.EXAMPLE", true },
		{ "*.web.example", "web.example", false },
		{ "*.web.example", ".web.example", false },
		{ "*.web.example", "a.b.web.example", false },
		{ "*.example", "web.example", false },
		{ "*", "example", false },
		{ "*.", "example", false },
		{ "*.*.example", "a.b.example", false },
		{ "*.*.example", "*.b.example", false },
		{ "*.web.example", "*.web.example", false },
		{ "a.*.example", "a.b.example", false },
		{ "a*.web.example", "ab.web.example", false },
		{ "*a.web.example", "ba.web.example", false },
		{ "**.web.example", "a.web.example", false },
		{ "xn--*.web.example", "xn--a.web.example", false },
		{ "", "", false },
		{ "web.example", "", false },
		{ "a..example", "a..example", false },
		{ "a_b.example", "a_b.example", false },
		{ "b\xc3\xbc"
		  "cher.example",
		  "b\xc3\xbc"
		  "cher.example",
		  false },
		{ "192.0.2.7", "192.0.2.7", false }, /* an address is no dNSName */
		{ "*.0.2.7", "192.0.2.7", false },
		{ "1.2.3.4.5", "1.2.3.4.5", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct name name = { .type = NAME_DNS, .value = span_text(rows[i].presented) };

		if (name_matches_host(&name, rows[i].host) != rows[i].matches)
			fail_msg("%s and %s", rows[i].presented, rows[i].host);
		name.type = NAME_EMAIL;
		assert_false(name_matches_host(&name, rows[i].host));
	}
}

/* CVE-2009-2408: a certificate for web.example NUL .evil.example. */
static void
test_nul_matches_nothing(void **state)
{
	static const char nul[] = "web.example\0.evil.example";
	struct name name = { .type = NAME_DNS, .value = SPAN_OF(nul, sizeof(nul) - 1) };

	(void)state;
	assert_false(name_matches_host(&name, "web.example"));
	assert_false(name_matches_host(&name, "evil.example"));
	name.value = SPAN_OF("*.web.example\0", 14);
	assert_false(name_matches_host(&name, "a.web.example"));
	name.value = SPAN_NONE;
	assert_false(name_matches_host(&name, "web.example"));
}

static void
test_address_matching(void **state)
{
	static const unsigned char four[] = { 192, 0, 2, 7, 255, 255, 255, 255 };
	static const unsigned char six[16] = { 0x20, 1, 0x0d, 0xb8, [15] = 7 };
	static const unsigned char mapped[16] = { [10] = 255, 255, 192, 0, 2, 7 };
	struct name name = { .type = NAME_IP, .value = SPAN_OF(four, 4) };

	(void)state;
	assert_true(name_matches_host(&name, "192.0.2.7"));
	assert_false(name_matches_host(&name, "192.0.2.8"));
	assert_false(name_matches_host(&name, "web.example"));
	assert_false(name_matches_host(&name, "::ffff:192.0.2.7"));
	name.value = SPAN_OF(four, 8);
	assert_false(name_matches_host(&name, "192.0.2.7"));
	name.value = SPAN_OF(six, 16);
	assert_true(name_matches_host(&name, "2001:db8::7"));
	assert_true(name_matches_host(&name, "2001:0DB8:0::0007"));
	name.value = SPAN_OF(mapped, 16);
	assert_false(name_matches_host(&name, "192.0.2.7"));
	name.type = NAME_DNS;
	name.value = span_text("192.0.2.7");
	assert_false(name_matches_host(&name, "192.0.2.7"));
}

static void
test_hosts_typed(void **state)
{
	static const struct {
		const char *text;
		const char *host; /* NULL: RC_USAGE */
	} rows[] = {
		{ "Web.Example", "web.example" },
		{ "web.example.", "web.example" },
		{ "b\xc3\xbc"
		  "cher.example",
		  "xn--bcher-kva.example" },
		{ "b\xc3\xbc"
		  "cher\xe3\x80\x82"
		  "example",
		  "xn--bcher-kva.example" },
		{ "192.0.2.7", "192.0.2.7" },
		{ "2001:DB8:0:0::7", "2001:db8::7" },
		{ "[2001:db8::7]", "2001:db8::7" },
		{ "[192.0.2.7]", NULL },
		{ "[]", NULL },
		{ "*.web.example", NULL },
		{ "web.example:443", NULL },
		{ "https://web.example", NULL },
		{ "1.2.3.4.5", NULL },
		{ "", NULL },
		{ ".", NULL },
		{ "..", NULL },
	};
	struct buf b = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct err err = ERR_INIT;

		buf_cut(&b, 0);
		if ((name_host(&b, rows[i].text, &err) == RC_OK) != (rows[i].host != NULL))
			fail_msg("%s", rows[i].text);
		assert_string_equal(buf_text(&b), rows[i].host ? rows[i].host : "");
	}
	buf_release(&b);
}

static void
test_looks_like_one(void **state)
{
	static const struct {
		const char *text;
		bool is_one;
	} rows[] = {
		{ "web.example", true },  { "*.web.example", true }, { "192.0.2.7", true },
		{ "::1", true },          { "web", false },          { "web.", false },
		{ "my web.v1", false },   { "1.2.3.4.5", false },    { "", false },
		{ "a@b.example", false }, { "2.0", false },          { "*.example", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (name_looks_like_one(rows[i].text) != rows[i].is_one)
			fail_msg("%s", rows[i].text);
	}
}

/* RFC 5280 section 4.2.1.10. */
static void
test_within(void **state)
{
	static const struct {
		enum name_type type;
		const char *name;
		const char *base;
		bool within;
	} rows[] = {
		{ NAME_DNS, "web.example", "web.example", true },
		{ NAME_DNS, "a.Web.example", "wEb.example", true },
		{ NAME_DNS, "a.b.web.example", "web.example", true },
		{ NAME_DNS, "aweb.example", "web.example", false },
		{ NAME_DNS, "example", "web.example", false },
		{ NAME_DNS, "web.example", ".web.example", false },
		{ NAME_DNS, "a.web.example", ".web.example", true },
		{ NAME_DNS, "*.web.example", "web.example", true },
		{ NAME_DNS, "web.example", "", true },
		{ NAME_EMAIL, "a@web.example", "web.example", true },
		{ NAME_EMAIL, "a@WEB.example", "web.example", true },
		{ NAME_EMAIL, "a@b.web.example", "web.example", false },
		{ NAME_EMAIL, "a@b.web.example", ".web.example", true },
		{ NAME_EMAIL, "a@web.example", ".web.example", false },
		{ NAME_EMAIL, "a@web.example", "a@Web.example", true },
		{ NAME_EMAIL, "A@web.example", "a@web.example", false },
		{ NAME_EMAIL, "b@web.example", "a@web.example", false },
		{ NAME_EMAIL, "\"x@y\"@web.example", "web.example", true },
		{ NAME_EMAIL, "web.example", "web.example", false },
		{ NAME_EMAIL, "a@web.example", "", true },
		{ NAME_URI, "https://web.example/x", "web.example", true },
		{ NAME_URI, "https://u:p@WEB.example:8443", "web.example", true },
		{ NAME_URI, "https://a.web.example", "web.example", false },
		{ NAME_URI, "https://a.web.example#f", ".web.example", true },
		{ NAME_URI, "https://web.example?q", ".web.example", false },
		{ NAME_URI, "https://evil.example/@web.example", "web.example", false },
		{ NAME_URI, "https://web.example@evil.example", "web.example", false },
	};
	bool known;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct name name = { .type = rows[i].type, .value = span_text(rows[i].name) };
		struct name base = { .type = rows[i].type, .value = span_text(rows[i].base) };

		if (name_within(&name, &base, &known) != rows[i].within || !known)
			fail_msg("%s in %s", rows[i].name, rows[i].base);
	}
}

static void
test_within_addresses(void **state)
{
	static const struct {
		const char *ip;
		const char *base;
		bool within;
		bool known;
	} rows[] = {
		{ "c0000207", "c0000200ffffff00", true, true },
		{ "c0000307", "c0000200ffffff00", false, true },
		{ "c0000307", "0000000000000000", true, true },
		{ "c0000207", "c0000207ffffffff", true, true },
		{ "20010db8000000000000000000000007",
		  "20010db8000000000000000000000000ffffffff000000000000000000000000", true, true },
		{ "20010db9000000000000000000000007",
		  "20010db8000000000000000000000000ffffffff000000000000000000000000", false, true },
		{ "c0000207",
		  "00000000000000000000000000000000"
		  "00000000000000000000000000000000",
		  false, true },
		{ "c0000207", "c0000200", false, false },
		{ "c0000207", "", false, false },
		{ "c00002", "c0000200ffffff00", false, false },
	};
	struct buf ip = BUF_INIT;
	struct buf base = BUF_INIT;
	bool known;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct name name = { .type = NAME_IP };
		struct name constraint = { .type = NAME_IP };

		buf_cut(&ip, 0);
		buf_cut(&base, 0);
		assert_int_equal(text_get_hex(&ip, rows[i].ip), RC_OK);
		assert_int_equal(text_get_hex(&base, rows[i].base), RC_OK);
		name.value = buf_span(&ip);
		constraint.value = buf_span(&base);
		assert_int_equal(name_within(&name, &constraint, &known), rows[i].within);
		assert_int_equal(known, rows[i].known);
	}
	buf_release(&ip);
	buf_release(&base);
}

static void
test_within_others(void **state)
{
	static const char *const no_hosts[] = {
		"urn:x", "https:", "https://192.0.2.7/", "https://[::1]/", "https:///x", "x"
	};
	struct buf a = BUF_INIT;
	struct buf b = BUF_INIT;
	struct name name = { .type = NAME_URI };
	struct name base = { .type = NAME_URI, .value = span_text("web.example") };
	struct span names;
	bool known;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(no_hosts); i++) {
		name.value = span_text(no_hosts[i]);
		assert_false(name_within(&name, &base, &known));
		assert_false(known);
	}
	assert_int_equal(name_parse(&a, "dir:CN=a,O=b", NULL), RC_OK);
	assert_int_equal(name_parse_constraint(&b, "dir:O=B", NULL), RC_OK);
	names = buf_span(&a);
	assert_int_equal(name_next(&names, &name), RC_OK);
	names = buf_span(&b);
	assert_int_equal(name_next(&names, &base), RC_OK);
	assert_true(name_within(&name, &base, &known) && known);
	base.type = NAME_DNS;
	assert_false(name_within(&name, &base, &known));
	assert_true(known);
	name.type = base.type = NAME_RID;
	assert_false(name_within(&name, &base, &known));
	assert_false(known);
	buf_release(&a);
	buf_release(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_typed_names),
		cmocka_unit_test(test_names_by_shape),
		cmocka_unit_test(test_constraints),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_long_hosts),
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_put_odd_ones),
		cmocka_unit_test(test_host_matching),
		cmocka_unit_test(test_nul_matches_nothing),
		cmocka_unit_test(test_address_matching),
		cmocka_unit_test(test_hosts_typed),
		cmocka_unit_test(test_looks_like_one),
		cmocka_unit_test(test_within),
		cmocka_unit_test(test_within_addresses),
		cmocka_unit_test(test_within_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
