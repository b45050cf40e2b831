/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "forge.h"
#include "kdb-make.h"

#include "model/select.h"
#include <stdlib.h>

struct shelf {
	struct kdb db;
	struct forged root;
	struct forged issuing;
	struct forged web;
};

static void
shelve(struct kdb *db, enum entry_kind kind, const char *label, const struct forged *f)
{
	struct entry *e = make_entry(kind, label, NULL, NULL);

	assert_int_equal(piece_copy(&e->cert, buf_span(&f->der)), RC_OK);
	assert_int_equal(kdb_add(db, e, NULL), RC_OK);
	entry_unref(&e);
}

static int
set_up(void **state)
{
	static const struct recipe root = { .subject = "CN=Root", .ca = true, .key_ids = true };
	static const struct recipe issuing = { .subject = "CN=Issuing",
					       .ca = true,
					       .key_ids = true };
	static const struct recipe web = { .subject = "CN=web", .key_ids = true };
	struct shelf *s = calloc(1, sizeof(*s));

	forge(&s->root, &root, NULL);
	forge(&s->issuing, &issuing, &s->root);
	forge(&s->web, &web, &s->issuing);
	shelve(&s->db, ENTRY_KEY, "Web", &s->web);
	shelve(&s->db, ENTRY_CERT, "issuing", &s->issuing);
	shelve(&s->db, ENTRY_CERT, "root", &s->root);
	(void)put_entry(&s->db, ENTRY_CERT, "rubbish", "no certificate");
	(void)put_entry(&s->db, ENTRY_SECRET, "aes", NULL);
	(void)put_request(&s->db, "Next");
	(void)put_request(&s->db, "#2");
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct shelf *s = *state;

	kdb_release(&s->db);
	forge_release(&s->root);
	forge_release(&s->issuing);
	forge_release(&s->web);
	free(s);
	return 0;
}

static void
test_entries(void **state)
{
	static const struct {
		const char *text;
		const char *label; /* NULL: none */
		const char *hint;  /* part of it */
	} cases[] = {
		{ "Web", "Web", NULL },      { "#1", "Web", NULL },
		{ "#5", "aes", NULL },       { "#6", NULL, NULL },
		{ "#0", NULL, NULL },        { "#x", NULL, NULL },
		{ "web", NULL, "'Web'" },    { "mail", NULL, NULL },
		{ "sha256:12", NULL, NULL }, { "sha256:zzzzzzzz", NULL, NULL },
		{ "", NULL, NULL },          { "sha256:0000000000000000", NULL, NULL },
	};
	const struct shelf *s = *state;
	const struct entry *e;
	struct err err;
	size_t i;
	enum rc rc;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		err = (struct err)ERR_INIT;
		rc = select_entry(&e, &s->db, cases[i].text, &err);
		assert_int_equal(rc, cases[i].label ? RC_OK : RC_NO_LABEL);
		if (cases[i].label)
			assert_true(span_equal(e->label.span, span_text(cases[i].label)));
		else
			assert_true(!e && err.message[0]);
		if (cases[i].hint)
			assert_non_null(strstr(err.hint, cases[i].hint));
	}
}

static void
test_digest(void **state)
{
	struct shelf *s = *state;
	const struct entry *e;
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	struct entry *twin;
	size_t digits;

	buf_put_text(&text, "sha256:");
	assert_int_equal(digest_put_hex(&text, HASH_SHA256, buf_span(&s->issuing.der)), RC_OK);
	for (digits = 64; digits >= 8; digits--) {
		buf_cut(&text, 7 + digits);
		assert_int_equal(select_entry(&e, &s->db, buf_text(&text), &err), RC_OK);
		assert_true(span_equal(e->label.span, span_text("issuing")));
	}
	/* Files may hold a certificate twice. */
	twin = make_entry(ENTRY_CERT, "twin", NULL, NULL);
	assert_int_equal(piece_copy(&twin->cert, buf_span(&s->issuing.der)), RC_OK);
	assert_int_equal(kdb_load_entry(&s->db, twin), RC_OK);
	assert_int_equal(select_entry(&e, &s->db, buf_text(&text), &err), RC_AMBIGUOUS);
	assert_null(e);
	kdb_remove(&s->db, twin);
	entry_unref(&twin);
	buf_release(&text);
}

static void
test_requests(void **state)
{
	const struct shelf *s = *state;
	const struct request *r;
	struct err err = ERR_INIT;

	assert_int_equal(select_request(&r, &s->db, "Next", &err), RC_OK);
	assert_int_equal(select_request(&r, &s->db, "#1", &err), RC_OK);
	assert_ptr_equal(r, s->db.requests[0]);
	/* A label that came from a file as it is wins over a number. */
	assert_int_equal(select_request(&r, &s->db, "#2", &err), RC_OK);
	assert_ptr_equal(r, s->db.requests[1]);
	assert_int_equal(select_request(&r, &s->db, "next", &err), RC_NO_LABEL);
	assert_non_null(strstr(err.hint, "'Next'"));
	assert_int_equal(select_request(&r, &s->db, "#3", &err), RC_NO_LABEL);
}

/* What a label cannot say safely a digest says, or a number, and never another entry's. */
static void
test_names(void **state)
{
	static const struct {
		const char *label;
		const char *cert;
		const char *name; /* NULL: another has it */
	} cases[] = {
		{ "plain", NULL, "plain" },
		{ "sha256:12345678", NULL, "sha256:12345678" },
		{ "a\x1b[2J", NULL, "#3" },
		{ "a\nb", "cert",
		  "sha256:"
		  "06298432e8066b29e2223bcc23aa9504b56ae508fabf3435508869b9c3190e22" },
		{ "\xff", NULL, "#5" },
		{ "a\xe2\x80\xae", NULL, NULL },
		{ "#6", NULL, "#6" },
	};
	struct kdb db = KDB_INIT;
	struct buf name = BUF_INIT;
	enum rc rc;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		(void)put_entry(&db, ENTRY_SECRET, cases[i].label, cases[i].cert);
		(void)put_request(&db, cases[i].label);
	}
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		rc = select_put_entry(&name, &db, db.entries[i]);
		assert_int_equal(rc, cases[i].name ? RC_OK : RC_AMBIGUOUS);
		if (cases[i].name)
			assert_string_equal(buf_text(&name), cases[i].name);
		name.size = 0;
		rc = select_put_request(&name, &db, db.requests[i]);
		assert_int_equal(rc, cases[i].name ? RC_OK : RC_AMBIGUOUS);
		if (cases[i].name && !cases[i].cert)
			assert_string_equal(buf_text(&name), cases[i].name);
		name.size = 0;
	}
	buf_release(&name);
	kdb_release(&db);
}

static void
test_issuer(void **state)
{
	static const struct recipe forged_issuer = { .subject = "CN=odd", .issuer = "CN=Root" };
	const struct shelf *s = *state;
	struct forged odd = { .key = NULL };

	assert_ptr_equal(select_issuer(&s->db, &s->web.cert),
			 kdb_find(&s->db, span_text("issuing")));
	assert_ptr_equal(select_issuer(&s->db, &s->root.cert), kdb_find(&s->db, span_text("root")));
	/* The name alone makes no issuer. */
	forge(&odd, &forged_issuer, NULL);
	assert_null(select_issuer(&s->db, &odd.cert));
	forge_release(&odd);
	assert_true(select_has_issued(&s->db, kdb_find(&s->db, span_text("root"))));
	assert_true(select_has_issued(&s->db, kdb_find(&s->db, span_text("issuing"))));
	assert_false(select_has_issued(&s->db, kdb_find(&s->db, span_text("Web"))));
	assert_false(select_has_issued(&s->db, kdb_find(&s->db, span_text("aes"))));
	assert_false(select_has_issued(&s->db, kdb_find(&s->db, span_text("rubbish"))));
}

static bool
count_one(void *self, const struct entry *e)
{
	size_t *count = self;

	(void)e;
	++*count;
	return true;
}

static bool
count_and_stop(void *self, const struct entry *e)
{
	(void)count_one(self, e);
	return false;
}

static void
test_by_key(void **state)
{
	static const struct recipe again = { .subject = "CN=web again" };
	struct shelf *s = *state;
	struct forged other = { .key = s->web.key };
	size_t count = 0;

	forge(&other, &again, NULL);
	shelve(&s->db, ENTRY_CERT, "again", &other);
	select_by_key(&s->db, s->web.cert.spki, count_one, &count);
	assert_int_equal(count, 2);
	select_by_key(&s->db, s->web.cert.spki, count_and_stop, &count);
	assert_int_equal(count, 3);
	select_by_key(&s->db, SPAN_NONE, count_one, &count);
	assert_int_equal(count, 3);
	other.key = NULL;
	forge_release(&other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_entries, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_digest, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_requests, set_up, tear_down),
		cmocka_unit_test(test_names),
		cmocka_unit_test_setup_teardown(test_issuer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_by_key, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
