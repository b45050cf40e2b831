/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show: what files are, what is in them, what is wrong with them, and the status of several. */
#include "ring.h"

static const struct shown_file *
shown(struct world *w, size_t i)
{
	assert_int_equal(w->result.kind, RESULT_FILES);
	assert_true(i < w->result.shown_count);
	return &w->result.shown[i];
}

static bool
has_problem(const struct shown_file *f, const char *code)
{
	for (size_t i = 0; i < f->problems.count; i++)
		if (strcmp(f->problems.items[i].code, code) == 0)
			return true;
	return false;
}

static void
says_what_it_is(void **state)
{
	static const struct {
		const char *file;
		const char *format;
		const char *encoding;
		size_t rows;
		bool locked;
	} cases[] = {
		{ "web.pem", "certificate", "pem", 1, false },
		{ "web.der", "certificate", "der", 1, false },
		{ "web.p7b", "pkcs7", "pem", 3, false },
		{ "web.p7c", "pkcs7", "der", 1, false },
		{ "web.key", "private-key", "pem", 1, false },
		{ "web.enc", "private-key", "pem", 1, true },
		{ "q.csr", "request", "pem", 1, false },
		{ "open.p12", "pkcs12", "der", 1, true },
		{ "ring.sth", "stash", "binary", 0, false },
	};
	struct world *w = *state;

	expect(w, "cert export web --out web.pem --key-out web.key --out-pass none --no-chain",
	       RC_OK);
	expect(w, "cert export web --out web.der --key-out web.enc --out-pass file:pw", RC_OK);
	expect(w, "cert export web --out web.p7b --root", RC_OK);
	expect(w, "cert export web --out web.p7c", RC_OK);
	expect(w, "cert export web --with-key --out open.p12 --out-pass none", RC_OK);
	expect(w, "csr create q --profile client --out q.csr", RC_OK);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct shown_file *f;

		expect_with(w, "show", cases[i].file, RC_OK);
		f = shown(w, 0);
		print_message("# %s\n", f->file);
		assert_string_equal(f->format, cases[i].format);
		assert_string_equal(f->encoding, cases[i].encoding);
		assert_int_equal(f->row_count, cases[i].rows);
		assert_int_equal(f->locked, cases[i].locked);
	}
	/* By content, never by name. */
	assert_int_equal(rename("web.der", "web.txt"), 0);
	expect(w, "show web.txt", RC_OK);
	assert_string_equal(shown(w, 0)->format, "certificate");
}

static void
opens_with_what_is_at_hand(void **state)
{
	struct world *w = *state;

	/* The stash beside it. */
	expect(w, "show ring.p12", RC_OK);
	assert_false(shown(w, 0)->locked);
	assert_int_equal(shown(w, 0)->row_count, 4);
	put_file("wrong", "wrong\n");
	expect(w, "show ring.p12 --in-pass file:wrong", RC_OK);
	assert_int_equal(w->result.status, RC_WRONG_SECRET);
	assert_int_equal(shown(w, 0)->error.rc, RC_WRONG_SECRET);
	assert_int_equal(unlink("ring.sth"), 0);
	expect(w, "show ring.p12", RC_OK);
	assert_int_equal(w->asked, 0);
	assert_true(shown(w, 0)->locked);
	expect(w, "show ring.p12 --in-pass file:pw", RC_OK);
	assert_false(shown(w, 0)->locked);
	expect(w, "show ring.p12 --in-pass file:pw --max-iterations 10", RC_OK);
	assert_int_equal(w->result.status, RC_LIMIT);
}

static void
finds_problems(void **state)
{
	struct world *w = *state;

	expect(w, "cert export web --chain --out chain.pem", RC_OK);
	expect(w, "cert export root --out root.pem", RC_OK);
	expect(w, "cert export web --out web.pem", RC_OK);
	expect(w, "cert export app --out app.pem --no-chain --key-out app.key --out-pass none",
	       RC_OK);
	expect(w, "show chain.pem", RC_OK);
	assert_int_equal(w->result.status, RC_OK);
	join_files("mixed.pem", "app.key", "web.pem");
	expect(w, "show mixed.pem", RC_OK);
	assert_int_equal(w->result.status, RC_FOUND);
	assert_true(has_problem(shown(w, 0), "key-mismatch"));
	join_files("matching.pem", "app.key", "app.pem");
	expect(w, "show matching.pem", RC_OK);
	assert_int_equal(w->result.status, RC_OK);
	join_files("unsorted.pem", "root.pem", "chain.pem");
	expect(w, "show unsorted.pem", RC_OK);
	assert_true(has_problem(shown(w, 0), "unsorted-chain"));
	env_set_now(env_now() + 400 * (int64_t)DAY_LENGTH);
	expect(w, "show web.pem", RC_OK);
	assert_true(has_problem(shown(w, 0), "expired"));
	env_set_now(env_now() - 800 * (int64_t)DAY_LENGTH);
	expect(w, "show web.pem", RC_OK);
	assert_true(has_problem(shown(w, 0), "not-yet-valid"));
}

/* Certificates and requests that are damaged within, or weak. */
static void
finds_what_is_bad_in_itself(void **state)
{
	struct world *w = *state;

	assert_int_equal(
	    system(
		"openssl req -new -newkey rsa:1024 -nodes -keyout k.pem -subj /CN=weak -out "
		"weak.csr 2>&- && openssl req -in weak.csr -outform DER -out bad.csr && "
		"printf '\\001' | dd of=bad.csr bs=1 seek=$(($(wc -c <bad.csr) - 9)) "
		"conv=notrunc 2>/dev/null && openssl req -x509 -key k.pem -subj /CN=weak -md5 -out "
		"weak.pem 2>&-"),
	    0);
	expect(w, "show weak.csr", RC_OK);
	assert_int_equal(w->result.status, RC_FOUND);
	assert_true(has_problem(shown(w, 0), "weak"));
	expect(w, "show bad.csr", RC_OK);
	assert_true(has_problem(shown(w, 0), "bad-signature"));
	expect(w, "show weak.pem", RC_OK);
	assert_true(has_problem(shown(w, 0), "weak"));
	expect(w, "cert add weak.pem --dry-run", RC_OK);
	assert_true(warned(w, "weak"));
	expect(w, "csr sign weak.csr --issuer root --profile client --yes --out x.pem", RC_WEAK);
	expect(w, "csr sign bad.csr --issuer root --profile client --yes --out x.pem", RC_DAMAGED);
	join_files("both.pem", "k.pem", "weak.pem");
	expect(w, "cert import both.pem --as weak", RC_OK);
	expect(w, "cert create new --profile client --issuer weak", RC_WEAK);
}

/* Java knows a certificate by an attribute, or by the chain of a key. */
static void
tells_what_java_would_not_see(void **state)
{
	struct world *w = *state;

	expect(w, "cert export root --out root.pem", RC_OK);
	expect(w, "cert export issuing --out issuing.pem", RC_OK);
	expect(w, "cert export web --key-out web.key --no-chain --out web.pem --out-pass none",
	       RC_OK);
	expect(w, "cert create other --profile ca", RC_OK);
	expect(w, "cert export other --out other.pem", RC_OK);
	join_files("a.pem", "issuing.pem", "root.pem");
	join_files("b.pem", "a.pem", "other.pem");
	assert_int_equal(system("openssl pkcs12 -export -in web.pem -inkey web.key -certfile b.pem "
				"-passout file:pw -out theirs.p12 && "
				"openssl pkcs12 -export -nokeys -in b.pem -passout file:pw "
				"-out certs.p12"),
			 0);
	expect(w, "show theirs.p12 --in-pass file:pw", RC_OK);
	assert_int_equal(shown(w, 0)->notes.count, 1);
	assert_string_equal(shown(w, 0)->notes.items[0].code, "not-for-java");
	assert_non_null(strstr(shown(w, 0)->notes.items[0].message, "'other'"));
	assert_null(strstr(shown(w, 0)->notes.items[0].message, "'issuing'"));
	assert_false(has_problem(shown(w, 0), "not-for-java"));
	expect(w, "show certs.p12 --in-pass file:pw", RC_OK);
	assert_non_null(strstr(shown(w, 0)->notes.items[0].message, "see 3 of"));
	expect(w, "cert export root --out ours.p12 --out-pass file:pw", RC_OK);
	expect(w, "show ours.p12 --in-pass file:pw", RC_OK);
	assert_int_equal(shown(w, 0)->notes.count, 0);
	expect(w, "show ring.p12", RC_OK);
	assert_int_equal(shown(w, 0)->notes.count, 0);
	assert_int_equal(w->result.status, RC_OK);
}

static void
status_of_several(void **state)
{
	static const struct {
		const char *files;
		enum rc status;
		size_t count;
	} cases[] = {
		{ "good.pem good.pem", RC_OK, 2 },
		{ "good.pem found.pem", RC_FOUND, 2 },
		{ "good.pem .", RC_IO, 2 },
		{ ". found.pem", RC_FOUND, 2 },
		{ "found.pem missing.pem", RC_NO_FILE, 2 },
		{ ". missing.pem", RC_NO_FILE, 2 },
		{ "found.pem missing.pem ring.p12 --max-iterations 10", RC_LIMIT, 3 },
		{ "found.pem missing.pem ring.p12 --in-pass file:wrong", RC_WRONG_SECRET, 3 },
		{ "found.pem missing.pem text ring.p12 --in-pass file:wrong", RC_UNKNOWN_FORMAT,
		  4 },
	};
	struct world *w = *state;

	expect(w, "cert export web --out good.pem", RC_OK);
	put_file("wrong", "wrong\n");
	put_file("text", "nothing of ours\n");
	expect(w, "cert export app --out app.pem --key-out app.key --out-pass none", RC_OK);
	join_files("found.pem", "app.key", "good.pem");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		expect_with(w, "show", cases[i].files, RC_OK);
		assert_int_equal(w->result.status, cases[i].status);
		assert_int_equal(w->result.shown_count, cases[i].count);
	}
	expect(w, "show", RC_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RING_TEST(says_what_it_is),
		RING_TEST(opens_with_what_is_at_hand),
		RING_TEST(finds_problems),
		RING_TEST(finds_what_is_bad_in_itself),
		RING_TEST(tells_what_java_would_not_see),
		RING_TEST(status_of_several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
