/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csr create, renew, sign, list, show, export, delete. */
#include "ring.h"

#include "pki/csr.h"

static void
create_waits(void **state)
{
	struct world *w = *state;

	expect(w, "csr create shop shop.example --out shop.csr", RC_OK);
	assert_int_equal(w->result.diff.added.count, 1);
	assert_non_null(w->result.diff.added.items[0].request);
	assert_int_equal(count_of(text_of("shop.csr"), "BEGIN CERTIFICATE REQUEST"), 1);
	expect(w, "csr create shop shop.example --out other.csr", RC_DUPLICATE);
	expect(w, "csr create SHOP shop.example --out other.csr", RC_DUPLICATE);
	assert_int_equal(mode_of("other.csr"), -1);
	/* Labels of requests are apart from those of entries. */
	expect(w, "csr create web --profile client --out web.der", RC_OK);
	assert_int_equal(text_of("web.der")[0], 0x30);
	expect(w, "csr list", RC_OK);
	assert_int_equal(w->result.row_count, 2);
	expect(w, "csr show shop --pem", RC_OK);
	assert_true(w->result.with_pem);
	assert_non_null(w->result.rows[0].request);
	expect(w, "csr show #2", RC_OK);
	expect(w, "csr show nobody", RC_NO_LABEL);
}

static void
create_refuses(void **state)
{
	static const struct refusal cases[] = {
		{ "csr create new --out x.csr", RC_USAGE, "not said what for" },
		{ "csr create new --profile server --out x.csr", RC_NO_NAMES, "no names" },
		{ "csr create '' --profile client --out x.csr", RC_USAGE, "no label" },
		{ "csr create new --profile client --key rsa:1024 --out x.csr", RC_WEAK, "short" },
		{ "csr create new --profile client --subject 1=2=3 --out x.csr", RC_USAGE,
		  "no name" },
		{ "csr create new --profile client --out nowhere/x.csr", RC_NO_FILE, "no folder" },
		{ "csr create new --profile client --out ring.p12", RC_IN_USE, "the database" },
		{ "csr renew nobody --out x.csr", RC_NO_LABEL, "no entry" },
		{ "csr export nobody --out x.csr", RC_NO_LABEL, "no request" },
		{ "csr delete nobody", RC_NO_LABEL, "no request" },
		{ "csr sign missing.csr --issuer issuing --out x.crt", RC_NO_FILE, "no file" },
	};

	refused(*state, cases, ARRAY_SIZE(cases));
}

static void
export_writes_it_again(void **state)
{
	struct world *w = *state;

	expect(w, "csr create shop shop.example --out shop.csr", RC_OK);
	expect(w, "csr export shop --out again.csr", RC_OK);
	expect(w, "csr export shop --out again.csr", RC_EXISTS);
	expect(w, "csr export shop --out again.csr --force", RC_OK);
	expect(w, "csr export shop --out again.bin --format der", RC_OK);
	assert_int_equal(text_of("again.bin")[0], 0x30);
	expect(w, "csr export shop --out again.p12 --format p12", RC_USAGE);
	expect(w, "csr export shop --out folder/x", RC_NO_FILE);
	w->yes = false;
	expect(w, "csr delete shop", RC_CANCELLED);
	expect(w, "csr delete shop --yes", RC_OK);
	assert_int_equal(w->result.diff.removed.count, 1);
	expect(w, "csr list", RC_OK);
	assert_int_equal(w->result.row_count, 0);
}

static void
renew_asks_for_the_same(void **state)
{
	struct world *w = *state;
	const struct request *r;
	struct csr csr;
	struct cert c;

	expect(w, "csr renew web --out web.csr", RC_OK);
	c = cert_of(w, "web");
	r = kdb_find_request(&w->session.store.db, span_text("web"));
	assert_non_null(r);
	assert_true(r->renews);
	assert_int_equal(csr_parse(&csr, r->csr.span, NULL), RC_OK);
	assert_true(dn_equal(csr.subject, c.subject));
	assert_true(span_equal(csr_names(&csr), cert_names(&c)));
	assert_true(span_equal(csr.spki, c.spki));
	expect(w, "csr renew web --out again.csr", RC_DUPLICATE);
	expect(w, "csr delete web --yes", RC_OK);
	expect(w, "csr renew web --rekey --out web2.csr", RC_OK);
	r = kdb_find_request(&w->session.store.db, span_text("web"));
	assert_int_equal(csr_parse(&csr, r->csr.span, NULL), RC_OK);
	c = cert_of(w, "web");
	assert_false(span_equal(csr.spki, c.spki));
	expect(w, "csr renew app --key rsa:2048 --out app.csr", RC_OK);
	/* What only an RSA key can do is not asked for with another. */
	expect(w, "cert create rsa --profile peer --key rsa:2048", RC_OK);
	expect(w, "csr renew rsa --key ec:p256 --out rsa.csr", RC_OK);
	expect(w, "csr renew root --out root.csr", RC_OK);
	expect(w, "cert export issuing --out issuing.pem", RC_OK);
	db_make(w, "other.p12");
	expect(w, "cert add issuing.pem --db other.p12", RC_OK);
	expect(w, "csr renew issuing --out x.csr --db other.p12", RC_NO_KEY);
}

static void
sign_issues(void **state)
{
	struct world *w = *state;
	struct cert c;

	expect(w, "csr create shop shop.example --out shop.csr", RC_OK);
	w->yes = false;
	expect(w, "csr sign shop.csr --issuer issuing --out shop.crt", RC_CANCELLED);
	assert_non_null(strstr(w->question, "dns:shop.example"));
	assert_non_null(strstr(w->question, "asks for "));
	assert_int_equal(mode_of("shop.crt"), -1);
	w->yes = true;
	expect(w, "csr sign shop.csr --issuer issuing --out shop.crt", RC_OK);
	assert_false(w->result.changed);
	assert_true(w->result.has_issued);
	assert_int_equal(cert_parse(&c, buf_span(&w->result.issued), NULL), RC_OK);
	assert_int_equal(c.not_after - c.not_before, 365 * (int64_t)DAY_LENGTH + 3600);
	/* The chain without root. */
	assert_int_equal(count_of(text_of("shop.crt"), "BEGIN CERTIFICATE"), 2);
	expect(w, "csr sign shop.csr --issuer issuing --out one.crt --no-chain --yes", RC_OK);
	assert_int_equal(count_of(text_of("one.crt"), "BEGIN CERTIFICATE"), 1);
	expect(w, "csr sign shop.csr --issuer issuing --out all.crt --root --yes", RC_OK);
	assert_int_equal(count_of(text_of("all.crt"), "BEGIN CERTIFICATE"), 3);
	expect(w, "csr sign shop.csr --issuer issuing --out one.der --yes", RC_OK);
	assert_int_equal(text_of("one.der")[0], 0x30);
	expect(w, "csr sign shop.csr --issuer issuing --out one.p7b --yes", RC_OK);
	expect(w, "csr sign shop.csr --issuer issuing --out dry.crt --dry-run", RC_OK);
	assert_int_equal(mode_of("dry.crt"), -1);
	expect(w, "cert list", RC_OK);
	assert_int_equal(w->result.row_count, 4);
}

static void
sign_takes_names(void **state)
{
	struct world *w = *state;
	struct span names;
	struct name name;
	struct cert c;

	expect(w, "csr create shop shop.example --out shop.csr", RC_OK);
	expect(w, "csr sign shop.csr other.example --issuer issuing --out x.crt --yes", RC_USAGE);
	expect(w,
	       "csr sign shop.csr other.example --names given --issuer issuing --out x.crt --yes "
	       "--subject CN=Other",
	       RC_OK);
	assert_int_equal(cert_parse(&c, buf_span(&w->result.issued), NULL), RC_OK);
	names = cert_names(&c);
	assert_int_equal(name_next(&names, &name), RC_OK);
	assert_int_equal(names.size, 0);
	expect(w, "csr sign shop.csr --names given --issuer issuing --out y.crt --yes", RC_USAGE);
	expect(w, "csr sign shop.csr --names given --no-names --issuer issuing --out y.crt --yes",
	       RC_OK);
	expect(w, "csr create mail --profile email --san email:a@shop.example --out mail.csr",
	       RC_OK);
	/* Only a host or an address says by itself that it is for a server. */
	expect(w, "csr sign mail.csr --issuer issuing --out mail.crt --yes", RC_USAGE);
	expect(w, "csr sign mail.csr --issuer issuing --profile email --out mail.crt --yes", RC_OK);
	expect(w, "csr create addr 192.0.2.9 --profile server --out addr.csr", RC_OK);
	expect(w, "csr sign addr.csr --issuer issuing --out addr.crt --yes", RC_OK);
}

static void
sign_refuses(void **state)
{
	static const struct refusal cases[] = {
		{ "csr sign peer.csr --out x.crt --yes", RC_USAGE, "no issuer" },
		{ "csr sign peer.csr --issuer nobody --profile peer --out x.crt --yes", RC_NO_LABEL,
		  "unknown" },
		{ "csr sign peer.csr --issuer web --out x.crt --yes", RC_POLICY, "asks for more" },
		{ "csr sign peer.csr --issuer web --profile peer --out x.crt --yes", RC_NOT_A_CA,
		  "no CA" },
		{ "csr sign ca.csr --issuer root --out x.crt --yes", RC_USAGE, "not said" },
		{ "csr sign ca.csr --issuer root --no-names --out x.crt --yes", RC_POLICY,
		  "asks to be a CA" },
		{ "csr sign ca.csr --issuer issuing --profile ca --out x.crt --yes", RC_POLICY,
		  "path length 0" },
		{ "csr sign peer.csr --issuer root --profile peer --days 0 --out x.crt --yes",
		  RC_USAGE, "no day" },
		{ "csr sign web.pem --issuer root --out x.crt --yes", RC_NOT_FOUND, "no request" },
		{ "csr sign two.csr --issuer root --out x.crt --yes", RC_AMBIGUOUS, "two" },
		{ "csr sign peer.csr --issuer root --profile peer --out x.crt --no-input", RC_USAGE,
		  "nobody to ask" },
		{ "csr sign peer.csr --issuer root --profile peer --chain --no-chain --out x.crt "
		  "--yes",
		  RC_USAGE, "contradiction" },
		{ "csr sign peer.csr --issuer root --profile peer --chain --out x.der --yes", RC_OK,
		  "a root is no part of the chain" },
		{ "csr sign peer.csr --issuer issuing --profile peer --chain --out y.der --yes",
		  RC_USAGE, "DER holds one" },
	};
	struct world *w = *state;

	expect(w, "csr create peer peer.example --profile peer --out peer.csr", RC_OK);
	expect(w, "csr create ca --profile ca --out ca.csr", RC_OK);
	expect(w, "cert export web --out web.pem", RC_OK);
	join_files("two.csr", "peer.csr", "ca.csr");
	refused(w, cases, 12);
	for (size_t i = 12; i < ARRAY_SIZE(cases); i++)
		expect(w, cases[i].command, cases[i].rc);
	expect(w, "csr sign ca.csr --issuer root --profile ca --out ca.crt --yes", RC_OK);
	expect(w, "cert show root", RC_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RING_TEST(create_waits),
		RING_TEST(create_refuses),
		RING_TEST(export_writes_it_again),
		RING_TEST(renew_asks_for_the_same),
		RING_TEST(sign_issues),
		RING_TEST(sign_takes_names),
		RING_TEST(sign_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
