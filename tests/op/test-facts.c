/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What there is to say about an entry or request. */
#include "world.h"

#include "op/facts.h"

static void
make(struct world *w)
{
	expect(w, "db create ca.p12 --pass gen --stash", RC_OK);
	expect(w, "cert create root --profile ca --db ca.p12", RC_OK);
	expect(w, "cert create web web.example --issuer root --db ca.p12", RC_OK);
}

static void
of_entries(void **state)
{
	struct world *w = *state;
	struct facts f;

	make(w);
	expect(w, "cert list --db ca.p12", RC_OK);
	assert_int_equal(w->result.row_count, 2);
	facts_of(&f, &w->result.rows[0], w->result.db);
	assert_int_equal(f.kind, FACTS_KEY);
	assert_string_equal(facts_kind_name(f.kind), "key");
	assert_true(span_equal(f.label, span_text("root")));
	assert_true(f.is_default && f.trusted && f.has_cert && f.ca);
	assert_false(f.has_csr);
	assert_string_equal(f.key, "ec:p256");
	assert_int_equal(f.names.size, 0);
	facts_of(&f, &w->result.rows[1], NULL);
	assert_false(f.is_default || f.ca);
	assert_true(f.names.size > 0);
}

static void
of_requests(void **state)
{
	struct world *w = *state;
	struct facts f;

	make(w);
	expect(w, "csr renew web --out web.csr --db ca.p12", RC_OK);
	expect(w, "csr list --db ca.p12", RC_OK);
	assert_int_equal(w->result.row_count, 1);
	facts_of(&f, &w->result.rows[0], w->result.db);
	assert_int_equal(f.kind, FACTS_REQUEST);
	assert_string_equal(facts_kind_name(f.kind), "request");
	assert_true(f.has_csr && !f.has_cert && !f.trusted && !f.is_default);
	assert_true(f.names.size > 0 && f.spki.size > 0);
	expect(w, "cert list --db ca.p12", RC_OK);
	assert_false(facts_pending(w->result.rows[0].entry, w->result.db));
	assert_true(facts_pending(w->result.rows[1].entry, w->result.db));
}

static void
of_what_cannot_be_parsed(void **state)
{
	struct entry *e = entry_new(ENTRY_CERT);
	struct entry *s = entry_new(ENTRY_SECRET);
	struct row row = { .entry = e };
	struct facts f;

	(void)state;
	assert_non_null(e);
	assert_non_null(s);
	assert_int_equal(piece_copy(&e->label, span_text("odd")), RC_OK);
	assert_int_equal(piece_copy(&e->cert, span_text("no certificate")), RC_OK);
	facts_of(&f, &row, NULL);
	assert_string_equal(facts_kind_name(f.kind), "cert");
	assert_false(f.has_cert);
	assert_string_equal(f.key, "");
	row.entry = s;
	facts_of(&f, &row, NULL);
	assert_string_equal(facts_kind_name(f.kind), "secret");
	assert_false(f.trusted);
	entry_unref(&e);
	entry_unref(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(of_entries),
		WORLD_TEST(of_requests),
		cmocka_unit_test(of_what_cannot_be_parsed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
