/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cert export. */
#include "ring.h"

#include "codec/intake.h"

enum { ROOM = 200 };

/* How many certificates and keys, open or not, a file holds. */
static void
holds(const char *name, size_t certs, size_t keys, size_t locked)
{
	struct intake_options options = { .pass = NULL };
	struct intake in = INTAKE_INIT;
	size_t seen[ITEM_UNKNOWN + 1] = { 0 };
	struct buf file = BUF_INIT;
	FILE *f = fopen(name, "rb");
	int c;

	assert_non_null(f);
	while ((c = fgetc(f)) != EOF)
		buf_put_byte(&file, (unsigned)c);
	(void)fclose(f);
	assert_int_equal(intake_read(&in, &file, &options, NULL), RC_OK);
	for (size_t i = 0; i < in.count; i++)
		seen[in.items[i].kind]++;
	assert_int_equal(seen[ITEM_CERT], certs);
	assert_int_equal(seen[ITEM_KEY], keys);
	assert_int_equal(seen[ITEM_LOCKED_KEY], locked);
	intake_release(&in);
}

static void
forms_and_chains(void **state)
{
	static const struct {
		const char *options;
		const char *out;
		size_t certs;
		size_t keys;
		size_t locked;
	} cases[] = {
		{ "web", "a.pem", 1, 0, 0 },
		{ "web", "a.arm", 1, 0, 0 },
		{ "web", "a.crt", 1, 0, 0 },
		{ "web", "a.cer", 1, 0, 0 },
		{ "web", "a.der", 1, 0, 0 },
		{ "web", "a.DER", 1, 0, 0 },
		{ "web", "a.p7b", 1, 0, 0 },
		{ "web", "a.p7c", 1, 0, 0 },
		{ "web --format der", "b.pem", 1, 0, 0 },
		{ "web --format p7b", "b.any", 1, 0, 0 },
		{ "web --chain", "c.pem", 2, 0, 0 },
		{ "web --root", "c.p7b", 3, 0, 0 },
		{ "web --chain --root", "c.p7c", 3, 0, 0 },
		{ "web app", "d.pem", 2, 0, 0 },
		{ "web app --chain", "e.pem", 3, 0, 0 },
		{ "web --with-key --out-pass none", "f.pem", 2, 1, 0 },
		{ "web --with-key --out-pass none --no-chain", "g.pem", 1, 1, 0 },
		{ "web --with-key --out-pass none --root", "h.pem", 3, 1, 0 },
		{ "web --with-key --out-pass file:pw", "i.pem", 2, 0, 1 },
		{ "web app --with-key --out-pass none", "j.pem", 3, 2, 0 },
		{ "--all", "k.pem", 4, 0, 0 },
		{ "--all --with-key --out-pass none", "l.pem", 4, 4, 0 },
		{ "root --with-key --out-pass none", "m.pem", 1, 1, 0 },
	};
	struct world *w = *state;
	char options[ROOM];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		(void)snprintf(options, sizeof(options), "%s --out %s", cases[i].options,
			       cases[i].out);
		expect_with(w, "cert export", options, RC_OK);
		assert_false(w->result.changed);
		assert_string_equal(w->result.files.items[0], cases[i].out);
		holds(cases[i].out, cases[i].certs, cases[i].keys, cases[i].locked);
		assert_int_equal(mode_of(cases[i].out) & 077,
				 cases[i].keys + cases[i].locked ? 0 : mode_of(cases[i].out) & 077);
	}
	assert_true(strncmp(text_of("a.p7b"), "-----BEGIN PKCS7-----", 21) == 0);
	assert_int_equal(text_of("a.p7c")[0], 0x30);
	assert_int_equal(text_of("b.pem")[0], 0x30);
	/* The key first. */
	assert_true(strncmp(text_of("f.pem"), "-----BEGIN PRIVATE KEY-----", 27) == 0);
	assert_int_equal(mode_of("f.pem"), 0600);
}

static void
a_key_apart(void **state)
{
	struct world *w = *state;

	expect(w, "cert export web --out a.pem --key-out a.key --out-pass none", RC_OK);
	assert_true(warned(w, "key-in-clear"));
	assert_int_equal(w->result.files.count, 2);
	holds("a.pem", 2, 0, 0);
	holds("a.key", 0, 1, 0);
	assert_int_equal(mode_of("a.key"), 0600);
	expect(w, "cert export web --out b.der --key-out b.key.der --out-pass none", RC_OK);
	holds("b.der", 1, 0, 0);
	holds("b.key.der", 0, 1, 0);
	assert_int_equal(text_of("b.key.der")[0], 0x30);
	expect(w, "cert export web --out c.p7b --key-out c.der --out-pass file:pw", RC_OK);
	assert_false(warned(w, "key-in-clear"));
	holds("c.der", 0, 0, 1);
}

static void
containers(void **state)
{
	struct world *w = *state;

	put_file("out", "out secret\n");
	expect(w, "cert export web --with-key --out a.p12 --out-pass file:out", RC_OK);
	assert_int_equal(mode_of("a.p12"), 0600);
	expect(w, "cert list --db a.p12 --pass file:out", RC_OK);
	assert_int_equal(w->result.row_count, 2);
	assert_int_equal(w->result.rows[0].entry->kind, ENTRY_KEY);
	assert_int_equal(w->result.rows[1].entry->kind, ENTRY_CERT);
	assert_int_equal(w->result.db->iterations, 1000);
	expect(w, "cert export web --out b.pfx --out-pass file:out --iterations 2000", RC_OK);
	assert_true(warned(w, "no-key"));
	expect(w, "cert list --db b.pfx --pass file:out", RC_OK);
	assert_int_equal(w->result.row_count, 1);
	assert_int_equal(w->result.db->iterations, 2000);
	expect(w, "cert export --all --with-key --out c.p12 --out-pass none", RC_OK);
	assert_true(warned(w, "no-passphrase"));
	expect(w, "cert export web --with-key --out d.p12", RC_CANCELLED);
	w->typed = "typed";
	expect(w, "cert export web --with-key --out d.p12", RC_OK);
	expect(w, "cert show web --db d.p12 --pass file:out", RC_WRONG_SECRET);
}

/* What another program wrote may hold a certificate twice. */
static void
a_foreign_container_whole(void **state)
{
	struct world *w = *state;

	expect(w, "cert export web --with-key --no-chain --out-pass none --out web.pem", RC_OK);
	assert_int_equal(
	    system("openssl pkcs12 -export -in web.pem -certfile web.pem -name web -out twice.p12 "
		   "-passout pass:x >/dev/null 2>&1"),
	    0);
	put_file("x", "x\n");
	expect(w,
	       "cert export --all --with-key --partial --db twice.p12 --pass file:x --out y.p12 "
	       "--out-pass file:x",
	       RC_OK);
	expect(w, "cert list --db y.p12 --pass file:x", RC_OK);
	assert_int_equal(w->result.rows[0].entry->kind, ENTRY_KEY);
}

static void
an_issuer_is_missing(void **state)
{
	struct world *w = *state;

	expect(w, "cert delete issuing --even-issuer --yes", RC_OK);
	expect(w, "cert export web --with-key --out a.pem --out-pass none", RC_NO_ISSUER);
	assert_non_null(strstr(w->err.message, "CN=issuing"));
	assert_int_equal(mode_of("a.pem"), -1);
	expect(w, "cert export web --chain --out a.pem", RC_NO_ISSUER);
	expect(w, "cert export web --with-key --partial --out a.pem --out-pass none", RC_OK);
	holds("a.pem", 1, 1, 0);
}

static void
refuses(void **state)
{
	static const struct refusal cases[] = {
		{ "cert export", RC_USAGE, "nothing said" },
		{ "cert export web --all", RC_USAGE, "labels and all" },
		{ "cert export nobody --out x.pem", RC_NO_LABEL, "no label" },
		{ "cert export web --with-key --key-out k --out x.pem", RC_USAGE, "two places" },
		{ "cert export web --with-key --out x.der --no-chain", RC_USAGE, "no keys in DER" },
		{ "cert export web --with-key --out x.p7b", RC_USAGE, "nor in PKCS#7" },
		{ "cert export web --key-out k --out x.p12", RC_USAGE, "p12 holds it itself" },
		{ "cert export web app --key-out k --out x.pem", RC_USAGE, "one key" },
		{ "cert export web app --out x.der", RC_USAGE, "DER holds one" },
		{ "cert export web --chain --out x.der", RC_USAGE, "DER holds one" },
		{ "cert export web --chain --no-chain --out x.pem", RC_USAGE, "contradiction" },
		{ "cert export web --root --no-chain --out x.pem", RC_USAGE, "contradiction" },
		{ "cert export alone --with-key --out x.pem", RC_NO_KEY, "no key here" },
		{ "cert export web --out x.p12 --out-pass file:pw --iterations 999", RC_USAGE,
		  "too few" },
		{ "cert export web --out x.p12 --out-pass file:pw --iterations 5000001", RC_USAGE,
		  "more than would be read again" },
		{ "cert export web --out pw", RC_EXISTS, "a file of somebody's" },
		{ "cert export web --out ring.p12 --force", RC_IN_USE, "the database" },
		{ "cert export web --out x.p12 --out-pass secret", RC_USAGE, "no source" },
	};
	struct world *w = *state;

	expect(w, "cert create alone --profile client", RC_OK);
	expect(w, "cert export alone --out alone.pem", RC_OK);
	expect(w, "cert delete alone --yes", RC_OK);
	expect(w, "cert add alone.pem", RC_OK);
	refused(w, cases, ARRAY_SIZE(cases));
	assert_int_equal(mode_of("x.pem"), -1);
	assert_int_equal(mode_of("k"), -1);
	db_make(w, "empty.p12");
	expect(w, "cert export --all --out x.pem --db empty.p12", RC_NOT_FOUND);
}

/* Of two certificates of one CA the one that is not switched off stands in the chain. */
static void
a_chain_of_trusted_ones(void **state)
{
	struct world *w = *state;
	char *with_new;

	expect(w, "cert export issuing --out old.pem", RC_OK);
	expect(w, "cert export web --out web.pem", RC_OK);
	expect(w, "cert renew issuing --days 900", RC_OK);
	expect(w, "cert export issuing --out new.pem", RC_OK);
	db_make(w, "certs.p12");
	expect(w, "cert add old.pem --as old --db certs.p12", RC_OK);
	expect(w, "cert add new.pem --as new --db certs.p12", RC_OK);
	expect(w, "cert add web.pem --as web --db certs.p12", RC_OK);
	expect(w, "cert export web new --out with-new.pem --db certs.p12", RC_OK);
	with_new = strdup(text_of("with-new.pem"));
	expect(w, "cert trust old off --db certs.p12", RC_OK);
	expect(w, "cert export web --chain --partial --out chain.pem --db certs.p12", RC_OK);
	assert_string_equal(text_of("chain.pem"), with_new);
	free(with_new);
}

/* As many as need more room several times: each once, whatever leads to it. */
static void
many(void **state)
{
	struct world *w = *state;
	char command[ROOM];

	for (int i = 0; i < 40; i++) {
		(void)snprintf(command, sizeof(command),
			       "cert create many%d --profile client --issuer issuing", i);
		expect(w, command, RC_OK);
	}
	expect(w, "cert export --all --root --with-key --out-pass none --out all.pem", RC_OK);
	holds("all.pem", 44, 44, 0);
	expect(w, "cert export many7 web many7 many39 --root --out some.pem", RC_OK);
	holds("some.pem", 5, 0, 0);
	expect(w, "cert export --all --with-key --out-pass file:pw --out all.p12", RC_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RING_TEST(forms_and_chains),
		RING_TEST(a_key_apart),
		RING_TEST(containers),
		RING_TEST(a_foreign_container_whole),
		RING_TEST(an_issuer_is_missing),
		RING_TEST(a_chain_of_trusted_ones),
		RING_TEST(many),
		RING_TEST(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
