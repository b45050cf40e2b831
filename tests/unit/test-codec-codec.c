/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec/cms-parts.h"
#include "kdb-make.h"

#include <stdio.h>

enum { SAID_MAX = 100 };

static void
test_probe(void **state)
{
	static const struct {
		const char *head;
		size_t size;
		enum probe probe;
		const char *why;
	} cases[] = {
		{ "\x30\x82\x01\x00\x02\x01\x03\x30\x81\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
		  "\x01",
		  21, PROBE_YES, "DER" },
		{ "\x30\x80\x02\x01\x03\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", 18,
		  PROBE_YES, "BER" },
		{ "\x30\x80\x02\x01\x02\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", 18,
		  PROBE_MAYBE, "a version that never was" },
		{ "\x30\x82\x01\x00\x02\x01\x00\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01"
		  "\x01",
		  20, PROBE_NO, "a private key" },
		{ "\x30\x82\x01\x00\x30\x82\x01\x00", 8, PROBE_NO, "a certificate" },
		{ "\x30\x80\x02\x01\x03\x30", 6, PROBE_NO, "cut off" },
		{ "\x30\xff", 2, PROBE_NO, "a length of many octets" },
		{ "", 0, PROBE_NO, "nothing" },
		{ "-----BEGIN", 10, PROBE_NO, "text" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (codec_pkcs12.probe(SPAN_OF(cases[i].head, cases[i].size)) != cases[i].probe)
			fail_msg("%s", cases[i].why);
		assert_int_equal(codec_probe(SPAN_OF(cases[i].head, cases[i].size)) != NULL,
				 cases[i].probe != PROBE_NO);
	}
	assert_ptr_equal(codec_by_name("pkcs12"), &codec_pkcs12);
	assert_null(codec_by_name("jks"));
}

static void
check_lost(const struct kdb *db, unsigned caps, const char *words)
{
	const struct codec codec = { .name = "thin", .caps = caps };
	struct err err = ERR_INIT;
	enum rc rc = codec_can_hold(&codec, db, &err);

	assert_int_equal(rc, words ? RC_POLICY : RC_OK);
	if (words && !strstr(err.message, words))
		fail_msg("%s", err.message);
}

static void
test_can_hold(void **state)
{
	const unsigned all = codec_pkcs12.caps;
	struct kdb db = KDB_INIT;
	struct entry *off;

	(void)state;
	check_lost(&db, 0, NULL);
	(void)put_entry(&db, ENTRY_KEY, "web", "c1");
	check_lost(&db, all & ~(unsigned)CODEC_KEYS, "private keys, and 'web'");
	check_lost(&db, all & ~(unsigned)CODEC_SEVERAL, NULL);
	off = make_entry(ENTRY_CERT, "off", "c2", NULL);
	off->flags = 0;
	assert_int_equal(kdb_add(&db, off, NULL), RC_OK);
	entry_unref(&off);
	check_lost(&db, all & ~(unsigned)CODEC_SEVERAL, "one entry, not 2");
	check_lost(&db, all & ~(unsigned)CODEC_TRUST, "'off'");
	(void)put_entry(&db, ENTRY_SECRET, "aes", NULL);
	check_lost(&db, all & ~(unsigned)CODEC_SECRETS, "secret keys, and 'aes'");
	(void)put_request(&db, "next");
	check_lost(&db, all & ~(unsigned)CODEC_REQUESTS, "request 'next'");
	check_lost(&db, all & ~(unsigned)CODEC_WAITING, "no request, and 'next' is one");
	check_lost(&db, all, NULL);
	kdb_release(&db);
}

static void
unknown_things_are_counted(void **state)
{
	const struct piece piece = { span_text("what is this"), NULL };
	struct kdb db = KDB_INIT;

	(void)state;
	assert_int_equal(codec_unknown(&codec_pkcs12, &db), 0);
	assert_int_equal(kdb_add_extra(&db, &piece, false, CMS_EXTRA_SLOT), RC_OK);
	assert_int_equal(kdb_add_extra(&db, &piece, false, CMS_EXTRA_REQUESTS_HEAD), RC_OK);
	assert_int_equal(codec_unknown(&codec_cms, &db), 1);
	assert_int_equal(codec_unknown(&codec_pkcs12, &db), 2);
	kdb_release(&db);
}

static void
note(void *self, const char *code, const char *message)
{
	char *said = self;

	(void)snprintf(said, SAID_MAX, "%s: %s", code, message);
}

static void
test_notes(void **state)
{
	char said[SAID_MAX] = "";
	const struct notes notes = { note, said };
	const struct notes deaf = { NULL, NULL };

	(void)state;
	notes_add(&notes, "no-mac", "%d of %s", 1, "these");
	assert_string_equal(said, "no-mac: 1 of these");
	notes_add(&deaf, "no-mac", "nobody hears");
	notes_add(NULL, "no-mac", "nobody hears");
}

static enum rc
gather(void *self, struct span bytes)
{
	struct buf *all = self;

	buf_put(all, bytes);
	return bytes.size == 4 ? RC_IO : RC_OK;
}

static void
test_pieces(void **state)
{
	struct pieces p = PIECES_INIT;
	struct pieces q = PIECES_INIT;
	struct buf bytes = BUF_INIT;
	struct buf all = BUF_INIT;
	struct piece whole;
	struct piece part;
	size_t i;

	(void)state;
	assert_int_equal(piece_copy(&whole, span_text("0123456789")), RC_OK);
	for (i = 0; i < 10; i += 2) {
		part = piece_of(span_part(whole.span, i, 2), whole.home);
		assert_int_equal(pieces_add(&p, &part), RC_OK);
		piece_release(&part);
	}
	/* Views that follow each other are one. */
	assert_int_equal(p.count, 1);
	assert_int_equal(p.size, 10);
	buf_put_text(&bytes, "abc");
	assert_int_equal(pieces_take(&p, &bytes), RC_OK);
	assert_int_equal(pieces_take(&p, &bytes), RC_OK);
	assert_int_equal(p.count, 2);
	for (i = 0; i < 40; i++)
		assert_int_equal(pieces_add(&q, &whole), RC_OK);
	assert_int_equal(pieces_move(&p, &q), RC_OK);
	assert_int_equal(q.count, 0);
	assert_int_equal(p.count, 42);
	assert_int_equal(p.size, 413);
	assert_int_equal(pieces_each(&p, gather, &all), RC_OK);
	assert_int_equal(all.size, 413);
	buf_put_text(&bytes, "stop");
	assert_int_equal(pieces_take(&p, &bytes), RC_OK);
	assert_int_equal(pieces_add(&p, &whole), RC_OK);
	buf_cut(&all, 0);
	/* The first failure ends the walk. */
	assert_int_equal(pieces_each(&p, gather, &all), RC_IO);
	assert_int_equal(all.size, 417);
	bytes.bad = true;
	assert_int_equal(pieces_take(&p, &bytes), RC_NO_MEMORY);
	piece_release(&whole);
	pieces_release(&p);
	buf_release(&all);
}

static void
test_keys(void **state)
{
	struct request *r = make_request("next", NULL, "no key at all");
	struct entry *e = make_entry(ENTRY_KEY, "web", "c", "no key either");
	struct secret *pass = NULL;
	struct secret *key = NULL;
	struct err err = ERR_INIT;
	struct pw *pw = NULL;

	(void)state;
	assert_int_equal(secret_from(&pass, span_text("x")), RC_OK);
	assert_int_equal(pw_new(&pw, &pass, 0), RC_OK);
	assert_int_not_equal(codec_open_key(&key, e, pw, &err), RC_OK);
	assert_int_not_equal(codec_open_request_key(&key, r, pw, &err), RC_OK);
	assert_null(key);
	assert_int_equal(codec_open_request_key(&key, r, NULL, &err), RC_NO_SECRET);
	assert_int_equal(secret_from(&r->open_key, span_text("open")), RC_OK);
	assert_int_equal(codec_open_request_key(&key, r, NULL, &err), RC_OK);
	assert_true(secret_equal(key, r->open_key));
	secret_free(&key);
	pw_free(&pw);
	entry_unref(&e);
	request_unref(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_probe),
		cmocka_unit_test(test_can_hold),
		cmocka_unit_test(unknown_things_are_counted),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
