/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files as other programs write them, put together bag by bag. */
#include "base/text.h"
#include "codec/pkcs12-parts.h"
#include "p12-make.h"

struct foreign {
	struct p12_all all;
	struct pw *pw;
	struct buf bags;   /* of the open part */
	struct buf hidden; /* of the encrypted part */
	struct pieces parts;
	struct buf bytes; /* the file, once it is made */
	struct kdb db;    /* the file, once it is read */
	struct p12_heard heard;
	struct err err;
};

static int
set_up(void **state)
{
	struct foreign *f = calloc(1, sizeof(*f));

	p12_make_all(&f->all);
	f->pw = p12_pw("secret");
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct foreign *f = *state;

	p12_release_all(&f->all);
	pw_free(&f->pw);
	buf_release(&f->bags);
	buf_release(&f->hidden);
	buf_release(&f->bytes);
	pieces_release(&f->parts);
	kdb_release(&f->db);
	free(f);
	return 0;
}

static void
make_file(struct foreign *f)
{
	static const unsigned char salt[PBE_SALT_SIZE] = { 1, 2, 3 };
	struct pieces out = PIECES_INIT;
	struct buf part = BUF_INIT;

	if (f->hidden.size) {
		assert_int_equal(p12_encrypted_part(&part, f->pw, buf_span(&f->hidden)), RC_OK);
		assert_int_equal(pieces_take(&f->parts, &part), RC_OK);
	}
	if (f->bags.size) {
		p12_part_head(&part, f->bags.size);
		buf_put(&part, buf_span(&f->bags));
		assert_int_equal(pieces_take(&f->parts, &part), RC_OK);
	}
	assert_int_equal(p12_finish(&out, &f->parts, f->pw, salt, P12_TEST_ITERATIONS), RC_OK);
	p12_join(&f->bytes, &out);
	buf_cut(&f->bags, 0);
	buf_cut(&f->hidden, 0);
}

static enum rc
read_file(struct foreign *f)
{
	kdb_release(&f->db);
	return p12_load_bytes(&f->db, buf_span(&f->bytes), f->pw, &f->heard, &f->err);
}

/* Makes, reads, saves and reads the file again. */
static void
go_round(struct foreign *f)
{
	make_file(f);
	assert_int_equal(read_file(f), RC_OK);
	assert_true(f->db.foreign);
	p12_save_bytes(&f->bytes, &f->db, f->pw, &f->heard);
	assert_int_equal(read_file(f), RC_OK);
	assert_false(f->db.foreign);
}

static void
put_key(struct buf *to, const struct foreign *f, const struct forged *key,
	const struct p12_says *says)
{
	struct secret *pkcs8 = NULL;
	struct buf epki = BUF_INIT;

	assert_int_equal(key_pkcs8(&pkcs8, key->key), RC_OK);
	assert_int_equal(pbe_shroud(&epki, f->pw, pkcs8), RC_OK);
	assert_int_equal(p12_put_bag(to, OID_BAG_SHROUDED, buf_span(&epki), says), RC_OK);
	buf_release(&epki);
	secret_free(&pkcs8);
}

static void
put_cert(struct buf *to, const struct forged *cert, const struct p12_says *says)
{
	assert_int_equal(p12_put_cert(to, buf_span(&cert->der), says), RC_OK);
}

/* A bag with attributes that nobody here knows, to be taken over by p12_says.native. */
static void
put_odd_bag(struct buf *to, const char *oid, const char *value, const char *attribute)
{
	size_t start = to->size;
	struct buf type = BUF_INIT;
	size_t set;

	assert_int_equal(oid_from_dotted(&type, span_text(oid)), RC_OK);
	der_put(to, DER_OID, buf_span(&type));
	set = to->size;
	der_put(to, DER_UTF8_STRING, span_text(value));
	der_wrap(to, set, DER_CONTEXT_SET(0));
	set = to->size;
	if (attribute) {
		size_t inner;

		buf_cut(&type, 0);
		assert_int_equal(oid_from_dotted(&type, span_text("1.2.3.4.5")), RC_OK);
		der_put(to, DER_OID, buf_span(&type));
		inner = to->size;
		der_put(to, DER_UTF8_STRING, span_text(attribute));
		der_wrap(to, inner, DER_SET);
		der_wrap(to, set, DER_SEQUENCE);
		der_wrap(to, set, DER_SET);
	}
	der_wrap(to, start, DER_SEQUENCE);
	buf_release(&type);
}

static bool
holds(const struct buf *bytes, const char *text)
{
	return memmem(bytes->data, bytes->size, text, strlen(text)) != NULL;
}

static void
test_what_is_not_understood(void **state)
{
	struct foreign *f = *state;
	struct buf odd = BUF_INIT;
	struct buf secret_odd = BUF_INIT;
	struct buf attributes = BUF_INIT;
	struct p12_says says = { .label = span_text("root") };
	struct piece part;

	put_odd_bag(&attributes, "1.2.3", "x", "kept by the certificate");
	put_odd_bag(&odd, "1.2.840.113549.1.12.10.1.4", "a list", "kept by the list");
	put_odd_bag(&secret_odd, "1.2.3.4", "nobody may see this", NULL);
	says.native = buf_span(&attributes);
	put_cert(&f->bags, &f->all.root, &says);
	buf_put(&f->bags, buf_span(&odd));
	buf_put(&f->hidden, buf_span(&secret_odd));
	/* A whole part of a kind that is not known. */
	buf_cut(&attributes, 0);
	der_put(&attributes, DER_OID, oid_octets(OID_ENVELOPED_DATA));
	{
		size_t at = attributes.size;

		der_put(&attributes, DER_UTF8_STRING, span_text("for another key"));
		der_wrap(&attributes, at, DER_CONTEXT_SET(0));
	}
	der_wrap(&attributes, 0, DER_SEQUENCE);
	assert_int_equal(piece_copy(&part, buf_span(&attributes)), RC_OK);
	assert_int_equal(pieces_add(&f->parts, &part), RC_OK);
	piece_release(&part);
	go_round(f);
	assert_int_equal(f->db.count, 1);
	assert_int_equal(f->db.extra_count, 3);
	assert_true(holds(&f->bytes, "kept by the certificate"));
	assert_true(holds(&f->bytes, "kept by the list"));
	assert_true(holds(&f->bytes, "for another key"));
	assert_false(holds(&f->bytes, "nobody may see this"));
	assert_true(span_equal(f->db.extras[0].whole.span, buf_span(&odd)) ||
		    span_equal(f->db.extras[1].whole.span, buf_span(&odd)));
	assert_true(f->db.extras[2].was_encrypted);
	assert_true(span_equal(f->db.extras[2].whole.span, buf_span(&secret_odd)));
	buf_release(&odd);
	buf_release(&secret_odd);
	buf_release(&attributes);
}

static void
test_no_local_key_id(void **state)
{
	struct foreign *f = *state;
	struct p12_says key = { .label = span_text("the key") };
	struct p12_says none = { .label = SPAN_NONE };

	put_cert(&f->hidden, &f->all.root, &none);
	put_cert(&f->hidden, &f->all.web, &none);
	put_key(&f->bags, f, &f->all.web, &key);
	go_round(f);
	assert_int_equal(kdb_count(&f->db, ENTRY_KEY), 1);
	assert_true(span_equal(f->db.entries[0]->cert.span, buf_span(&f->all.web.der)));
	assert_true(span_equal(f->db.entries[0]->label.span, span_text("the key")));
	assert_true(span_equal(f->db.entries[1]->label.span, span_text("Root")));
}

static void
test_wrong_local_key_id(void **state)
{
	unsigned char a[P12_KEY_ID_SIZE] = { 'a' };
	unsigned char b[P12_KEY_ID_SIZE] = { 'b' };
	struct foreign *f = *state;
	struct p12_says says_a = { .label = span_text("a"), .key_id = a };
	struct p12_says says_b = { .label = span_text("b"), .key_id = b };
	const struct entry *e;

	put_cert(&f->bags, &f->all.web, &says_a);
	put_cert(&f->bags, &f->all.mail, &says_b);
	put_key(&f->bags, f, &f->all.mail, &says_a);
	put_key(&f->bags, f, &f->all.web, &says_b);
	go_round(f);
	assert_int_equal(kdb_count(&f->db, ENTRY_KEY), 2);
	e = kdb_find(&f->db, span_text("a"));
	assert_true(span_equal(e->cert.span, buf_span(&f->all.mail.der)));
}

static void
test_shared_local_key_id(void **state)
{
	unsigned char a[P12_KEY_ID_SIZE] = { 'a' };
	struct foreign *f = *state;
	struct p12_says says = { .label = span_text("a"), .key_id = a };

	put_cert(&f->bags, &f->all.root, &says);
	put_cert(&f->bags, &f->all.web, &says);
	put_key(&f->bags, f, &f->all.web, &says);
	make_file(f);
	assert_int_equal(read_file(f), RC_OK);
	assert_int_equal(kdb_count(&f->db, ENTRY_KEY), 1);
	assert_true(span_equal(f->db.entries[0]->cert.span, buf_span(&f->all.web.der)));
	/* Without a passphrase the first one has to do. */
	kdb_release(&f->db);
	p12_reload(&f->db, buf_span(&f->bytes), NULL);
	assert_int_equal(kdb_count(&f->db, ENTRY_KEY), 1);
}

static void
test_key_without_certificate(void **state)
{
	struct foreign *f = *state;
	struct p12_says says = { .label = span_text("lonely") };
	struct p12_says none = { .label = SPAN_NONE };

	put_key(&f->bags, f, &f->all.web, &says);
	put_key(&f->bags, f, &f->all.mail, &none);
	put_cert(&f->bags, &f->all.root, &says);
	go_round(f);
	assert_int_equal(kdb_count(&f->db, ENTRY_KEY), 0);
	assert_int_equal(f->db.request_count, 2);
	assert_int_equal(kdb_find_request(&f->db, span_text("lonely"))->csr.span.size, 0);
	assert_non_null(kdb_find_request(&f->db, span_text("key")));
}

static void
test_labels(void **state)
{
	struct foreign *f = *state;
	struct p12_says says = { .label = span_text("Same") };
	struct p12_says lower = { .label = span_text("same") };
	struct p12_says none = { .label = SPAN_NONE };

	put_cert(&f->bags, &f->all.web, &says);
	put_cert(&f->bags, &f->all.web, &says);
	put_cert(&f->bags, &f->all.mail, &lower);
	put_cert(&f->bags, &f->all.next, &none);
	make_file(f);
	assert_int_equal(read_file(f), RC_OK);
	assert_int_equal(f->db.count, 3);
	assert_non_null(strstr(f->heard.codes, "duplicate-entry"));
	assert_non_null(strstr(f->heard.codes, "labels-made"));
	assert_non_null(kdb_find(&f->db, span_text("same (2)")));
	assert_non_null(kdb_find(&f->db, span_text("next")));
	/* All trusted, though Java would see none of them. */
	assert_true(f->db.entries[0]->flags & ENTRY_TRUSTED);
	p12_save_bytes(&f->bytes, &f->db, f->pw, &f->heard);
	assert_null(strstr(f->heard.codes, "certs-in-clear"));
	assert_int_equal(read_file(f), RC_OK);
	assert_string_equal(f->heard.codes, "");
	assert_non_null(kdb_find(&f->db, span_text("same (2)")));
}

/* A certificate bag with a friendlyName of any type. */
static void
put_named(struct buf *to, const struct forged *cert, unsigned tag, struct span name)
{
	struct p12_says none = { .label = SPAN_NONE };
	struct buf plain = BUF_INIT;
	struct buf type = BUF_INIT;
	struct p12_attrs attributes;
	struct p12_bag bag;
	size_t start = to->size;
	size_t attrs;

	put_cert(&plain, cert, &none);
	assert_int_equal(p12_bag_read(&bag, &attributes, buf_span(&plain)), RC_OK);
	der_put(to, DER_OID, bag.id);
	der_put(to, DER_CONTEXT_SET(0), bag.value);
	attrs = to->size;
	der_put(to, tag, name);
	der_wrap(to, attrs, DER_SET);
	der_put(&type, DER_OID, oid_octets(OID_FRIENDLY_NAME));
	buf_insert(to, attrs, buf_span(&type));
	der_wrap(to, attrs, DER_SEQUENCE);
	der_wrap(to, attrs, DER_SET);
	der_wrap(to, start, DER_SEQUENCE);
	buf_release(&plain);
	buf_release(&type);
}

/* Other string types, and names that C programs ended with a NUL. */
static void
test_name_types(void **state)
{
	static const struct {
		unsigned tag;
		const char *hex;
		const char *label;
	} cases[] = {
		{ DER_UTF8_STRING, "6162c3bc", "ab\xc3\xbc" },
		{ DER_BMP_STRING, "006100620000", "ab" },
		{ DER_PRINTABLE_STRING, "6162", "ab" },
		{ DER_T61_STRING, "6162fc", "ab\xc3\xbc" },
		{ DER_BOOLEAN, "ff", "web" },
		{ DER_BMP_STRING, "", "web" },
		{ DER_BMP_STRING, "0000", "web" },
	};
	struct foreign *f = *state;
	struct buf value = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		buf_cut(&value, 0);
		assert_int_equal(text_get_hex(&value, cases[i].hex), RC_OK);
		put_named(&f->bags, &f->all.web, cases[i].tag, buf_span(&value));
		make_file(f);
		assert_int_equal(read_file(f), RC_OK);
		if (!kdb_find(&f->db, span_text(cases[i].label)))
			fail_msg("case %zu gives another label", i);
	}
	buf_release(&value);
}

/* SafeContents within SafeContents, this deep. */
static void
put_nested(struct foreign *f, unsigned depth)
{
	struct p12_says says = { .label = span_text("inside") };
	struct p12_says none = { .label = SPAN_NONE };
	struct buf inner = BUF_INIT;
	struct buf outer = BUF_INIT;

	put_cert(&inner, &f->all.root, &says);
	while (depth--) {
		der_wrap(&inner, 0, DER_SEQUENCE);
		assert_int_equal(p12_put_bag(&outer, OID_BAG_SAFE, buf_span(&inner), &none), RC_OK);
		buf_release(&inner);
		inner = outer;
		outer = (struct buf)BUF_INIT;
	}
	buf_put(&f->bags, buf_span(&inner));
	buf_release(&inner);
}

static void
test_nested(void **state)
{
	struct foreign *f = *state;

	put_nested(f, P12_NEST_MAX - 1);
	go_round(f);
	assert_non_null(kdb_find(&f->db, span_text("inside")));
	put_nested(f, P12_NEST_MAX);
	make_file(f);
	assert_int_equal(read_file(f), RC_LIMIT);
	assert_non_null(strstr(f->err.message, "nested"));
	put_nested(f, 2000);
	make_file(f);
	assert_int_equal(read_file(f), RC_LIMIT);
}

/* Attributes of a bag of bags are kept, though the bags now stand for themselves. */
static void
test_nested_attributes(void **state)
{
	struct foreign *f = *state;
	struct p12_says root = { .label = span_text("root") };
	struct p12_says outer = { .label = SPAN_NONE };
	struct buf odd = BUF_INIT;
	struct buf inner = BUF_INIT;

	put_odd_bag(&odd, "1.2.3", "x", "of the outer bag");
	outer.native = buf_span(&odd);
	put_cert(&inner, &f->all.root, &root);
	der_wrap(&inner, 0, DER_SEQUENCE);
	assert_int_equal(p12_put_bag(&f->bags, OID_BAG_SAFE, buf_span(&inner), &outer), RC_OK);
	go_round(f);
	assert_int_equal(f->db.count, 1);
	assert_int_equal(f->db.extra_count, 1);
	assert_true(holds(&f->bytes, "of the outer bag"));
	buf_release(&odd);
	buf_release(&inner);
}

/* keytool copies a key's attributes to its whole chain: what is switched off there is not meant. */
static void
test_off_without_metadata(void **state)
{
	struct foreign *f = *state;
	struct p12_says off = { .label = span_text("x"), .off = true };

	put_cert(&f->bags, &f->all.root, &off);
	go_round(f);
	assert_true(f->db.entries[0]->flags & ENTRY_TRUSTED);
}

/* What is no certificate, and what is no shrouded key, is kept as what it is. */
static void
test_odd_contents(void **state)
{
	struct foreign *f = *state;
	struct p12_says says = { .label = span_text("x") };

	assert_int_equal(p12_put_cert(&f->bags, span_text("no certificate"), &says), RC_OK);
	assert_int_equal(p12_put_bag(&f->bags, OID_BAG_SHROUDED, span_text("\x05"), &says), RC_OK);
	assert_int_equal(p12_put_secret(&f->bags, span_text("no key"), &says), RC_OK);
	go_round(f);
	assert_int_equal(f->db.count, 0);
	assert_int_equal(f->db.extra_count, 3);
	assert_string_equal(f->heard.codes, "unreadable-certificate ");
}

/* An open key among encrypted bags: in a secret, and nowhere else. */
static void
test_open_key(void **state)
{
	struct foreign *f = *state;
	struct p12_says says = { .label = span_text("open") };
	struct secret *pkcs8 = NULL;
	struct secret *back = NULL;

	assert_int_equal(key_pkcs8(&pkcs8, f->all.web.key), RC_OK);
	put_cert(&f->hidden, &f->all.web, &says);
	assert_int_equal(p12_put_bag(&f->hidden, OID_BAG_KEY, secret_span(pkcs8), &says), RC_OK);
	make_file(f);
	assert_int_equal(read_file(f), RC_OK);
	assert_int_equal(f->db.entries[0]->kind, ENTRY_KEY);
	assert_true(secret_equal(f->db.entries[0]->open_key, pkcs8));
	assert_null(memmem(f->db.entries[0]->key_native.span.data,
			   f->db.entries[0]->key_native.span.size, secret_data(pkcs8),
			   secret_size(pkcs8)));
	p12_save_bytes(&f->bytes, &f->db, f->pw, &f->heard);
	assert_int_equal(read_file(f), RC_OK);
	assert_int_equal(codec_open_key(&back, f->db.entries[0], f->pw, &f->err), RC_OK);
	assert_true(secret_equal(back, pkcs8));
	secret_free(&back);
	secret_free(&pkcs8);
}

/* The same file with indefinite lengths all around: BER, as NSS and Windows write it. */
static void
test_ber(void **state)
{
	static const unsigned char end[] = { 0, 0 };
	struct foreign *f = *state;
	struct p12_says says = { .label = span_text("root") };
	struct buf ber = BUF_INIT;
	struct span pfx;

	put_cert(&f->bags, &f->all.root, &says);
	make_file(f);
	assert_int_equal(der_only(buf_span(&f->bytes), DER_SEQUENCE, &pfx), RC_OK);
	buf_put_byte(&ber, DER_SEQUENCE);
	buf_put_byte(&ber, 0x80);
	buf_put(&ber, pfx);
	buf_put(&ber, SPAN_OF(end, sizeof(end)));
	buf_cut(&f->bytes, 0);
	buf_put(&f->bytes, buf_span(&ber));
	assert_int_equal(read_file(f), RC_OK);
	assert_true(f->db.verified);
	assert_non_null(kdb_find(&f->db, span_text("root")));
	/* Bytes behind a BER file are bytes too many as well. */
	buf_put_byte(&f->bytes, 0);
	assert_int_equal(read_file(f), RC_DAMAGED);
	buf_release(&ber);
}

/* A bag with a length in more octets than needed, within a part that is DER. */
static void
test_ber_bag(void **state)
{
	struct foreign *f = *state;
	struct p12_says says = { .label = span_text("root") };
	struct buf bag = BUF_INIT;
	struct span inside;

	put_cert(&bag, &f->all.root, &says);
	assert_int_equal(der_only(buf_span(&bag), DER_SEQUENCE, &inside), RC_OK);
	buf_put_byte(&f->bags, DER_SEQUENCE);
	buf_put_byte(&f->bags, 0x83);
	buf_put_byte(&f->bags, 0);
	buf_put_byte(&f->bags, (unsigned)(inside.size >> 8));
	buf_put_byte(&f->bags, (unsigned)(inside.size & 0xff));
	buf_put(&f->bags, inside);
	put_cert(&f->bags, &f->all.web, &says);
	go_round(f);
	assert_int_equal(f->db.count, 2);
	buf_release(&bag);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *hex;
		enum rc rc;
		const char *words;
	} cases[] = {
		{ "", RC_DAMAGED, "empty" },
		{ "3003020103", RC_DAMAGED, "no PFX" },
		{ "68656c6c6f", RC_DAMAGED, "no PFX" },
		{ "3003020102", RC_UNSUPPORTED, "version 2" },
		{ "301402010330 0f 06092a864886f70d010702a0020500", RC_UNSUPPORTED, "public key" },
		{ "301602010330 11 06092a864886f70d010701a0040402 0500", RC_DAMAGED,
		  "AuthenticatedSafe" },
		{ "301602010330 11 06092a864886f70d010701a0040402 30003000", RC_DAMAGED, NULL },
	};
	struct foreign *f = *state;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf hex = BUF_INIT;
		const char *c;

		for (c = cases[i].hex; *c; c++) {
			if (*c != ' ')
				buf_put_byte(&hex, (unsigned char)*c);
		}
		buf_cut(&f->bytes, 0);
		assert_int_equal(text_get_hex(&f->bytes, buf_text(&hex)), RC_OK);
		assert_int_equal(read_file(f), cases[i].rc);
		if (cases[i].words && !strstr(f->err.message, cases[i].words))
			fail_msg("%s: %s", cases[i].hex, f->err.message);
		buf_release(&hex);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_is_not_understood, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_local_key_id, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_wrong_local_key_id, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_shared_local_key_id, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_key_without_certificate, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_labels, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_name_types, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nested, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nested_attributes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_off_without_metadata, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_odd_contents, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_open_key, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ber, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ber_bag, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
