/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cert verify: paths, their reasons, and what decides. */
#include "ring.h"

/* Wants this verdict: NULL for a valid one, else the code of its reason. */
static void
verdict(struct world *w, const char *command, const char *code)
{
	const struct path_result *r = &w->result.verify;

	expect(w, command, RC_OK);
	if (code ? r->valid || strcmp(r->code, code) != 0 : !r->valid)
		print_message("# %s: %s %s\n", command, r->valid ? "valid" : r->code, r->reason);
	assert_int_equal(r->valid, !code);
	assert_int_equal(w->result.status, code ? RC_INVALID : RC_OK);
	if (code)
		assert_string_equal(r->code, code);
}

static void
a_path_is_shown(void **state)
{
	struct world *w = *state;

	verdict(w, "cert verify web", NULL);
	assert_string_equal(w->result.verify_label, "web");
	assert_int_equal(w->result.verify_path.count, 3);
	assert_string_equal(w->result.verify_path.items[0], "web");
	assert_string_equal(w->result.verify_path.items[1], "issuing");
	assert_string_equal(w->result.verify_path.items[2], "root");
	verdict(w, "cert verify root", NULL);
	assert_int_equal(w->result.verify_path.count, 1);
}

static void
names_and_purposes(void **state)
{
	static const struct {
		const char *command;
		const char *code;
	} cases[] = {
		{ "cert verify web --host www.example.org", NULL },
		{ "cert verify web --host WEB.example.ORG", NULL },
		{ "cert verify web --host example.org", "host-mismatch" },
		{ "cert verify web --host 192.0.2.1", "host-mismatch" },
		{ "cert verify web --purpose server", NULL },
		{ "cert verify web --purpose client", "purpose" },
		{ "cert verify app --purpose client", NULL },
		{ "cert verify app --purpose server", "purpose" },
		{ "cert verify web --at 2001-01-01", "not-yet-valid" },
		{ "cert verify web --at 2100-01-01", "expired" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		verdict(w, cases[i].command, cases[i].code);
	expect(w, "cert verify web --host a..b", RC_USAGE);
	expect(w, "cert verify", RC_USAGE);
	expect(w, "cert verify nobody", RC_NO_LABEL);
	expect(w, "cert verify web --file pw", RC_USAGE);
	expect(w, "cert verify --file missing.pem", RC_NO_FILE);
	expect(w, "cert verify --file pw", RC_UNKNOWN_FORMAT);
}

static void
trust_decides(void **state)
{
	struct world *w = *state;

	expect(w, "cert trust root off", RC_OK);
	verdict(w, "cert verify web", "not-trusted");
	expect(w, "cert trust root on", RC_OK);
	expect(w, "cert trust issuing off", RC_OK);
	verdict(w, "cert verify web", "not-trusted");
	expect(w, "cert trust issuing on", RC_OK);
	expect(w, "cert create own --profile client", RC_OK);
	verdict(w, "cert verify own", NULL);
	expect(w, "cert trust own off", RC_OK);
	verdict(w, "cert verify own", "not-trusted");
	/* Another trusted one ends a path only where its issuer is not here. */
	expect(w, "cert delete root --even-issuer --yes", RC_OK);
	verdict(w, "cert verify web", NULL);
	assert_int_equal(w->result.verify_path.count, 2);
	expect(w, "cert delete issuing --even-issuer --yes", RC_OK);
	verdict(w, "cert verify web", "no-issuer");
}

static void
files_help(void **state)
{
	struct world *w = *state;

	expect(w, "cert export web --out web.pem", RC_OK);
	expect(w, "cert export web --chain --out chain.pem", RC_OK);
	expect(w, "cert export issuing --out issuing.pem", RC_OK);
	expect(w, "cert export root --out root.pem", RC_OK);
	db_make(w, "roots.p12");
	expect(w, "cert add root.pem --as anchor --db roots.p12", RC_OK);
	verdict(w, "cert verify --file web.pem --db roots.p12", "no-issuer");
	verdict(w, "cert verify --file web.pem --file issuing.pem --db roots.p12", NULL);
	assert_null(w->result.verify_label);
	assert_string_equal(w->result.verify_path.items[0], "CN=www.example.org");
	assert_string_equal(w->result.verify_path.items[1], "CN=issuing");
	assert_string_equal(w->result.verify_path.items[2], "anchor");
	verdict(w, "cert verify --file chain.pem --db roots.p12", NULL);
	db_make(w, "none.p12");
	/* A root in a file is a helper, no anchor. */
	verdict(w, "cert verify --file chain.pem --file root.pem --db none.p12", "not-trusted");
	expect(w, "csr create q --profile client --out q.csr", RC_OK);
	expect(w, "cert verify --file q.csr", RC_NOT_FOUND);
}

static void
constraints_hold(void **state)
{
	struct world *w = *state;

	/* Made by another program, since none of this would be issued here. */
	expect(w, "cert export issuing --with-key --no-chain --out-pass none --out i.pem", RC_OK);
	expect(w, "cert export app --with-key --no-chain --out-pass none --out app.pem", RC_OK);
	put_file("ca.cnf", "[v3]\nbasicConstraints=critical,CA:TRUE\n[odd]\n"
			   "1.2.3.4=critical,ASN1:NULL\n");
	assert_int_equal(
	    system(
		"openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "
		"k.pem -subj /CN=sub -out sub.csr 2>&- && "
		"openssl x509 -req -in sub.csr -CA i.pem -CAkey i.pem -CAcreateserial -days 9 "
		"-extfile ca.cnf -extensions v3 -out sub.pem 2>&- && "
		"openssl req -new -key app.pem -subj /CN=deep -out deep.csr 2>&- && "
		"openssl x509 -req -in deep.csr -CA sub.pem -CAkey k.pem -CAcreateserial -days 9 "
		"-out deep.pem 2>&- && "
		"openssl x509 -req -in sub.csr -CA app.pem -CAkey app.pem -CAcreateserial "
		"-days 9 -out byleaf.pem 2>&- && "
		"openssl x509 -req -in sub.csr -CA i.pem -CAkey i.pem -CAcreateserial -days 9 "
		"-extfile ca.cnf -extensions odd -out odd.pem 2>&-"),
	    0);
	verdict(w, "cert verify --file byleaf.pem", "not-a-ca");
	verdict(w, "cert verify --file odd.pem", "unknown-critical");
	verdict(w, "cert verify --file deep.pem --file sub.pem", "path-too-long");
}

static void
weak_is_told(void **state)
{
	struct world *w = *state;

	assert_int_equal(system("openssl req -x509 -newkey rsa:1024 -nodes -keyout k.pem -subj "
				"/CN=weak -out weak.pem 2>&-"),
			 0);
	expect(w, "cert add weak.pem", RC_OK);
	assert_true(warned(w, "weak"));
	verdict(w, "cert verify weak", NULL);
	assert_true(warned(w, "weak"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RING_TEST(a_path_is_shown), RING_TEST(names_and_purposes), RING_TEST(trust_decides),
		RING_TEST(files_help),      RING_TEST(constraints_hold),   RING_TEST(weak_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
