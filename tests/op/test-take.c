/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cert add, import, receive: what a file brings. */
#include "ring.h"

/* A ring of somebody else's, other.p12: CA outer, leaf inner with key; their files. */
static void
make_other(struct world *w)
{
	db_make(w, "other.p12");
	expect(w, "cert create outer --profile ca --subject CN=Outer --db other.p12", RC_OK);
	expect(w, "cert create inner inner.example --issuer outer --db other.p12", RC_OK);
	expect(w, "cert export outer --out outer.pem --db other.p12", RC_OK);
	expect(w, "cert export inner --out inner.pem --db other.p12", RC_OK);
	expect(w,
	       "cert export inner --with-key --root --out inner.key --out-pass none --db other.p12",
	       RC_OK);
	expect(w,
	       "cert export inner --with-key --root --out inner.p12 --out-pass file:pw --db "
	       "other.p12",
	       RC_OK);
	expect(w,
	       "cert export inner --out x.crt --key-out inner.pk8 --no-chain --out-pass file:pw "
	       "--db other.p12",
	       RC_OK);
}

static void
add_takes_certificates(void **state)
{
	struct world *w = *state;

	make_other(w);
	expect(w, "cert add outer.pem inner.pem", RC_OK);
	assert_int_equal(w->result.diff.added.count, 2);
	assert_int_equal(entry_of(w, "Outer")->kind, ENTRY_CERT);
	assert_true(entry_of(w, "Outer")->flags & ENTRY_TRUSTED);
	expect(w, "cert add outer.pem --as again", RC_DUPLICATE);
	expect(w, "cert add outer.pem", RC_DUPLICATE);
	assert_non_null(strstr(w->err.hint, "--if-exists keep"));
	expect(w, "cert add outer.pem --if-exists keep", RC_OK);
	assert_false(w->result.changed);
	expect(w, "cert add outer.pem --if-exists replace", RC_OK);
	assert_false(w->result.changed);
	expect(w, "cert delete inner.example --yes", RC_OK);
	expect(w, "cert delete Outer --yes", RC_OK);
	expect(w, "cert add outer.pem --as theirs --untrusted", RC_OK);
	assert_false(entry_of(w, "theirs")->flags & ENTRY_TRUSTED);
	expect(w, "cert add inner.pem --as theirs", RC_DUPLICATE);
	expect(w, "cert add inner.pem --as theirs --if-exists keep", RC_DUPLICATE);
	expect(w, "cert add inner.pem --as theirs --if-exists replace", RC_OK);
	assert_int_equal(w->result.diff.replaced.count, 1);
	expect(w, "cert add outer.pem inner.pem --as both", RC_USAGE);
	join_files("two.pem", "inner.pem", "x.crt");
	expect(w, "cert add two.pem --as both", RC_USAGE);
	expect(w, "cert add outer.pem --as #1", RC_USAGE);
	expect(w, "csr create q --profile client --out q.csr", RC_OK);
	expect(w, "cert add q.csr", RC_NOT_FOUND);
	join_files("odd.pem", "outer.pem", "q.csr");
	expect(w, "cert add odd.pem", RC_OK);
	assert_true(warned(w, "skipped"));
}

static void
add_tells_what_is_odd(void **state)
{
	struct world *w = *state;

	make_other(w);
	env_set_now(env_now() + 4000 * (int64_t)DAY_LENGTH);
	expect(w, "cert add outer.pem", RC_OK);
	assert_true(warned(w, "expired"));
}

static void
add_imports_and_receives(void **state)
{
	struct world *w = *state;

	make_other(w);
	expect(w, "cert add inner.key", RC_OK);
	assert_true(warned(w, "imported"));
	assert_int_equal(entry_of(w, "inner.example")->kind, ENTRY_KEY);
	expect(w, "csr create q --profile client --out q.csr", RC_OK);
	expect(w, "csr sign q.csr --profile client --issuer issuing --out q.crt --yes", RC_OK);
	expect(w, "cert add q.crt", RC_OK);
	assert_true(warned(w, "received"));
	assert_int_equal(entry_of(w, "q")->kind, ENTRY_KEY);
	assert_int_equal(w->result.db->request_count, 0);
}

static void
import_takes_keys(void **state)
{
	static const struct {
		const char *command;
		enum rc rc;
		bool changed;
		const char *why;
	} cases[] = {
		{ "cert import inner.p12 --in-pass file:wrong", RC_WRONG_SECRET, false, "wrong" },
		{ "cert import inner.p12 --in-pass file:nowhere", RC_NO_SECRET, false, "none" },
		{ "cert import inner.p12 --no-input", RC_NO_SECRET, false, "nobody to ask" },
		{ "cert import outer.pem", RC_NO_KEY, false, "no key" },
		{ "cert import certs.p12 --in-pass file:pw", RC_NO_KEY, false, "no key" },
		{ "cert import ring.sth", RC_NO_KEY, false, "a stash" },
		{ "cert import inner.p12 --in-pass file:pw --from other", RC_NO_LABEL, false,
		  "no such label in it" },
		{ "cert import inner.p12 --in-pass file:pw --key-file inner.pk8 --key-pass file:pw",
		  RC_USAGE, false, "a database and a key" },
		{ "cert import inner.p12 --in-pass file:pw --dry-run", RC_OK, true, "would" },
		{ "cert import inner.p12 --in-pass file:pw --from inner --as mine", RC_OK, true,
		  "as said" },
		{ "cert import inner.p12 --in-pass file:pw --as mine", RC_DUPLICATE, false,
		  "twice" },
		{ "cert import inner.p12 --in-pass file:pw --as other", RC_DUPLICATE, false,
		  "the same under another label" },
		{ "cert import inner.p12 --in-pass file:pw --as mine --if-exists keep", RC_OK,
		  false, "the same" },
		{ "cert import inner.p12 --in-pass file:pw --as web --if-exists keep", RC_DUPLICATE,
		  false, "another key there" },
		{ "cert import inner.p12 --in-pass file:pw --as mine --if-exists replace --yes",
		  RC_OK, true, "in its place" },
		{ "cert import inner.key --if-exists keep", RC_OK, false, "the same, no label" },
	};
	struct world *w = *state;

	make_other(w);
	put_file("wrong", "wrong\n");
	expect(w, "cert export outer --out certs.p12 --out-pass file:pw --db other.p12", RC_OK);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		expect(w, cases[i].command, cases[i].rc);
		if (!cases[i].rc && w->result.changed != cases[i].changed)
			print_message("# %s\n", cases[i].command);
		if (!cases[i].rc && strcmp(cases[i].why, "in its place") != 0)
			assert_int_equal(w->result.changed, cases[i].changed);
	}
	expect(w, "cert import inner.key", RC_DUPLICATE);
	assert_non_null(strstr(w->err.hint, "--if-exists keep"));
	expect(w, "cert delete mine --yes", RC_OK);
	expect(w, "cert delete outer --yes", RC_OK);
	expect(w, "cert add inner.key --untrusted", RC_OK);
	assert_false(entry_of(w, "inner.example")->flags & ENTRY_TRUSTED);
	assert_false(entry_of(w, "Outer")->flags & ENTRY_TRUSTED);
	expect(w, "cert import inner.key --if-exists replace", RC_OK);
	expect(w, "cert rename inner.example mine", RC_OK);
	assert_int_equal(entry_of(w, "mine")->kind, ENTRY_KEY);
	assert_int_equal(kdb_count(w->result.db, ENTRY_KEY), 5);
	assert_int_equal(kdb_count(w->result.db, ENTRY_CERT), 1);
}

static void
import_from_two_files(void **state)
{
	struct world *w = *state;

	make_other(w);
	expect(w, "cert import x.crt --key-file inner.pk8 --key-pass file:pw --as mine", RC_OK);
	assert_int_equal(entry_of(w, "mine")->kind, ENTRY_KEY);
	expect(w, "cert delete mine --yes", RC_OK);
	w->typed = "correct horse";
	expect(w, "cert import x.crt --key-file inner.pk8", RC_OK);
	assert_int_equal(w->asked, 1);
	expect(w, "cert import outer.pem --key-file inner.pk8", RC_MISMATCH);
	expect(w, "cert import x.crt --key-file missing.pem", RC_NO_FILE);
	expect(w, "cert import x.crt --key-file outer.pem", RC_NO_KEY);
	w->typed = "wrong";
	expect(w, "cert import x.crt --key-file inner.pk8 --as other", RC_WRONG_SECRET);
}

/* Keys and certificates of one file in whatever order, and certificates twice. */
static void
import_of_many(void **state)
{
	static const char *const labels[] = { "www.example.org", "app", "issuing", "Root" };
	struct world *w = *state;

	db_make(w, "many.p12");
	expect(w,
	       "cert export issuing web root app --with-key --no-chain --out-pass none --out k.pem",
	       RC_OK);
	expect(w, "cert export app web --out again.pem", RC_OK);
	join_files("all.pem", "again.pem", "k.pem");
	expect(w, "cert import all.pem --db many.p12", RC_OK);
	assert_int_equal(w->result.diff.added.count, ARRAY_SIZE(labels));
	for (size_t i = 0; i < ARRAY_SIZE(labels); i++)
		assert_int_equal(entry_of(w, labels[i])->kind, ENTRY_KEY);
	/* A key that is not the certificate's would sign what does not verify. */
	expect(w, "cert renew --expiring 36500 --db many.p12", RC_OK);
	assert_false(warned(w, "not-renewed"));
	expect(w, "cert verify app --db many.p12", RC_OK);
	assert_int_equal(w->result.status, RC_OK);
}

/* A key alone waits for its certificate, as a request does. */
static void
import_of_a_key_alone(void **state)
{
	struct world *w = *state;

	make_other(w);
	expect(w, "cert import inner.pk8 --in-pass file:pw", RC_USAGE);
	expect(w, "cert import inner.pk8 --in-pass file:pw --as lone", RC_OK);
	assert_true(warned(w, "key-without-cert"));
	expect(w, "cert import inner.pk8 --in-pass file:pw --as lone", RC_DUPLICATE);
	expect(w, "csr list", RC_OK);
	assert_int_equal(w->result.row_count, 1);
	expect(w, "csr export lone --out lone.csr", RC_NOT_FOUND);
	expect(w, "cert add outer.pem", RC_OK);
	expect(w, "cert receive x.crt", RC_OK);
	assert_int_equal(entry_of(w, "lone")->kind, ENTRY_KEY);
	assert_int_equal(w->result.db->request_count, 0);
}

static void
requests_come_along(void **state)
{
	struct world *w = *state;

	db_make(w, "other.p12");
	expect(w, "csr create shop --profile client --out shop.csr --db other.p12", RC_OK);
	expect(w, "cert import other.p12 --in-pass file:pw", RC_OK);
	assert_int_equal(w->result.db->request_count, 1);
	expect(w, "cert import other.p12 --in-pass file:pw", RC_DUPLICATE);
	expect(w, "csr sign shop.csr --profile client --issuer root --out shop.crt --yes", RC_OK);
	expect(w, "cert receive shop.crt", RC_OK);
	assert_int_equal(entry_of(w, "shop")->kind, ENTRY_KEY);
}

static void
receive_answers_a_request(void **state)
{
	struct world *w = *state;

	make_other(w);
	expect(w, "csr create q --profile client --out q.csr", RC_OK);
	expect(w,
	       "csr sign q.csr --profile client --issuer outer --root --out q.pem --yes --db "
	       "other.p12",
	       RC_OK);
	expect(w, "cert receive outer.pem", RC_NO_KEY);
	expect(w, "cert receive q.csr", RC_NO_KEY);
	/* A root that came along is no reason to trust it. */
	expect(w, "cert receive q.pem", RC_NO_ISSUER);
	assert_non_null(strstr(w->err.message, "CN=Outer"));
	assert_non_null(strstr(w->err.hint, "add the issuer's certificate first"));
	expect(w, "cert receive q.pem --as other", RC_NO_LABEL);
	assert_non_null(strstr(w->err.message, "'q'"));
	expect(w, "cert receive q.pem --dry-run --unchecked", RC_OK);
	expect(w, "cert receive q.pem --unchecked", RC_OK);
	assert_true(warned(w, "root-not-added"));
	assert_null(entry_of(w, "Outer"));
	assert_int_equal(w->result.db->request_count, 0);
	expect(w, "cert receive q.pem", RC_OK);
	assert_false(w->result.changed);
}

/* No issuer could be added for what its own key signed. */
static void
receive_tells_of_self_signed(void **state)
{
	struct world *w = *state;

	expect(w, "cert export app --key-out app.key --out app.pem --out-pass none", RC_OK);
	assert_int_equal(system("openssl req -x509 -key app.key -subj /CN=app -days 3000 -out "
				"self.pem"),
			 0);
	expect(w, "cert receive self.pem", RC_NO_ISSUER);
	assert_non_null(strstr(w->err.message, "its own key"));
	assert_null(strstr(w->err.hint, "add the issuer"));
	assert_non_null(strstr(w->err.hint, "--unchecked"));
	expect(w, "cert receive self.pem --unchecked", RC_OK);
}

static void
receive_wants_it_in_force(void **state)
{
	struct world *w = *state;

	expect(w, "csr create q --profile client --out q.csr", RC_OK);
	expect(w, "csr sign q.csr --profile client --issuer root --out q.pem --yes", RC_OK);
	expect(w, "cert trust root off", RC_OK);
	expect(w, "cert receive q.pem", RC_NO_ISSUER);
	expect(w, "cert trust root on", RC_OK);
	env_set_now(env_now() + 366 * (int64_t)DAY_LENGTH);
	expect(w, "cert receive q.pem", RC_EXPIRED);
	expect(w, "cert receive q.pem --unchecked", RC_EXPIRED);
}

/* An issuer that is switched off builds no path, though the file brings it along again. */
static void
receive_knows_what_is_off(void **state)
{
	struct world *w = *state;

	expect(w, "csr create q --profile client --out q.csr", RC_OK);
	expect(w, "csr sign q.csr --profile client --issuer issuing --out q.pem --yes", RC_OK);
	expect(w, "cert trust issuing off", RC_OK);
	expect(w, "cert receive q.pem", RC_NO_ISSUER);
	expect(w, "cert verify --file q.pem", RC_OK);
	assert_int_equal(w->result.status, RC_INVALID);
	expect(w, "cert trust issuing on", RC_OK);
	expect(w, "cert verify --file q.pem", RC_OK);
	assert_int_equal(w->result.status, RC_OK);
	expect(w, "cert receive q.pem", RC_OK);
}

static void
receive_renews(void **state)
{
	struct world *w = *state;
	char before[64];
	char after[64];
	struct cert c;

	expect(w, "cert default web", RC_OK);
	expect(w, "cert trust web off", RC_OK);
	(void)serial_of(before, w, "web");
	expect(w, "cert export web --out old.pem", RC_OK);
	expect(w, "csr renew web --rekey --out web.csr", RC_OK);
	expect(w, "csr sign web.csr --profile server --issuer root --days 3 --out short.pem --yes",
	       RC_OK);
	expect(w, "csr sign web.csr --profile server --issuer root --days 500 --out web.pem --yes",
	       RC_OK);
	/* What is there already is done, though a request waits for its successor. */
	expect(w, "cert receive old.pem", RC_OK);
	assert_false(w->result.changed);
	expect(w, "cert receive short.pem", RC_CONFLICT);
	assert_non_null(strstr(w->err.hint, "--older"));
	expect(w, "cert receive web.pem", RC_OK);
	assert_int_equal(w->result.diff.replaced.count, 1);
	assert_int_equal(w->confirmed, 0);
	assert_string_not_equal(before, serial_of(after, w, "web"));
	assert_false(entry_of(w, "web")->flags & ENTRY_TRUSTED);
	assert_ptr_equal(w->result.db->default_entry, entry_of(w, "web"));
	assert_int_equal(w->result.db->request_count, 0);
	c = cert_of(w, "web");
	assert_true(issued_by(w, "web", "root"));
	/* Certificate and key are both the new ones. */
	expect(w, "cert export web --with-key --no-chain --out-pass none --out k.pem", RC_OK);
	expect(w, "show k.pem", RC_OK);
	assert_int_equal(w->result.status, RC_OK);
	expect(w, "cert receive short.pem", RC_CONFLICT);
	expect(w, "cert receive short.pem --older", RC_OK);
	assert_int_equal(w->result.diff.replaced.count, 1);
	c = cert_of(w, "web");
	assert_true(c.not_after < env_now() + 4 * (int64_t)DAY_LENGTH);
}

/* The same key in two places: the subject decides, else the user. */
static void
receive_chooses(void **state)
{
	struct world *w = *state;

	expect(w, "cert export web --with-key --no-chain --out-pass none --out web.key", RC_OK);
	expect(w, "cert export web --out web.pem", RC_OK);
	assert_int_equal(
	    system("openssl req -new -key web.key -subj /CN=www.example.org -out same.csr && "
		   "openssl req -new -key web.key -subj /CN=other -out other.csr && "
		   "openssl req -x509 -key web.key -subj /CN=other -days 9 -out self.pem && "
		   "openssl pkey -in web.key -out lone.key"),
	    0);
	expect(w,
	       "csr sign other.csr --profile client --issuer root --out other.pem --yes --days 600",
	       RC_OK);
	expect(w,
	       "csr sign same.csr --profile client --issuer root --out same.pem --yes --days 600",
	       RC_OK);
	join_files("second.pem", "lone.key", "self.pem");
	expect(w, "cert import second.pem --as second", RC_OK);
	expect(w, "cert receive same.pem --dry-run", RC_OK);
	assert_true(
	    span_equal(entry_label(w->result.diff.replaced.items[0].entry), span_text("web")));
	expect(w, "cert receive other.pem --dry-run", RC_OK);
	assert_true(
	    span_equal(entry_label(w->result.diff.replaced.items[0].entry), span_text("second")));
	assert_int_equal(system("openssl req -new -key web.key -subj /CN=third -out third.csr"), 0);
	expect(w,
	       "csr sign third.csr --profile client --issuer root --out third.pem --yes --days 600",
	       RC_OK);
	expect(w, "cert receive third.pem", RC_AMBIGUOUS);
	assert_non_null(strstr(w->err.message, "'web', 'second'"));
	expect(w, "cert receive third.pem --as second", RC_OK);
	assert_true(
	    span_equal(entry_label(w->result.diff.replaced.items[0].entry), span_text("second")));
}

static void
receive_finds_its_label_taken(void **state)
{
	struct world *w = *state;

	expect(w, "csr create web --profile client --out q.csr", RC_OK);
	expect(w, "csr sign q.csr --profile client --issuer root --out q.pem --yes", RC_OK);
	expect(w, "cert receive q.pem", RC_DUPLICATE);
	expect(w, "cert rename web old", RC_OK);
	expect(w, "cert receive q.pem", RC_OK);
	assert_int_equal(entry_of(w, "web")->kind, ENTRY_KEY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RING_TEST(add_takes_certificates),
		RING_TEST(add_tells_what_is_odd),
		RING_TEST(add_imports_and_receives),
		RING_TEST(import_takes_keys),
		RING_TEST(import_from_two_files),
		RING_TEST(import_of_many),
		RING_TEST(import_of_a_key_alone),
		RING_TEST(requests_come_along),
		RING_TEST(receive_answers_a_request),
		RING_TEST(receive_tells_of_self_signed),
		RING_TEST(receive_wants_it_in_force),
		RING_TEST(receive_knows_what_is_off),
		RING_TEST(receive_renews),
		RING_TEST(receive_chooses),
		RING_TEST(receive_finds_its_label_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
