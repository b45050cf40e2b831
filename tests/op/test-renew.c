/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cert renew. */
#include "ring.h"

static bool
same_key(const struct cert *a, struct world *w, const char *label)
{
	struct cert b = cert_of(w, label);

	return span_equal(a->spki, b.spki);
}

/* A certificate whose bytes outlive the next command. */
static struct cert
kept(struct buf *bytes, struct world *w, const char *label)
{
	struct cert c = cert_of(w, label);

	buf_put(bytes, c.der);
	assert_int_equal(cert_parse(&c, buf_span(bytes), NULL), RC_OK);
	return c;
}

static void
renews_with_the_same_shape(void **state)
{
	struct world *w = *state;
	struct buf bytes = BUF_INIT;
	int64_t now = env_now();
	struct cert was;
	struct cert is;

	expect(w, "cert trust web off", RC_OK);
	expect(w, "cert default web", RC_OK);
	was = kept(&bytes, w, "web");
	env_set_now(now + 100 * DAY_LENGTH);
	expect(w, "cert renew web", RC_OK);
	assert_int_equal(w->result.diff.replaced.count, 1);
	assert_int_equal(w->confirmed, 0);
	is = cert_of(w, "web");
	assert_true(dn_equal(was.subject, is.subject));
	assert_true(span_equal(cert_names(&was), cert_names(&is)));
	assert_true(same_key(&was, w, "web"));
	assert_int_equal(is.not_after - is.not_before, was.not_after - was.not_before);
	assert_true(is.not_after > was.not_after);
	assert_false(span_equal(was.serial, is.serial));
	assert_true(issued_by(w, "web", "issuing"));
	assert_false(entry_of(w, "web")->flags & ENTRY_TRUSTED);
	assert_ptr_equal(w->result.db->default_entry, entry_of(w, "web"));
	buf_release(&bytes);
}

static void
keys_stay_or_change(void **state)
{
	struct world *w = *state;
	struct buf bytes = BUF_INIT;
	struct cert was;
	char name[KEY_NAME_MAX];
	struct cert is;

	expect(w, "cert list", RC_OK);
	was = kept(&bytes, w, "web");
	expect(w, "cert renew web --rekey", RC_OK);
	assert_false(same_key(&was, w, "web"));
	assert_int_equal(w->confirmed, 0);
	expect(w, "cert renew web --key rsa:2048", RC_OK);
	is = cert_of(w, "web");
	assert_string_equal(key_name(name, is.spki), "rsa:2048");
	expect(w, "cert renew web --rekey --dry-run", RC_OK);
	expect(w, "cert renew web --key rsa:1024", RC_WEAK);
	buf_cut(&bytes, 0);
	expect(w, "cert list", RC_OK);
	was = kept(&bytes, w, "root");
	expect(w, "cert renew root", RC_OK);
	assert_true(same_key(&was, w, "root"));
	is = cert_of(w, "root");
	assert_true(cert_self_signed(&is) && cert_is_ca(&is));
	assert_int_equal(cert_path_length(&is), -1);
	/* What it issued stays good. */
	expect(w, "cert verify web", RC_OK);
	assert_int_equal(w->result.status, RC_OK);
	expect(w, "cert renew root --rekey", RC_POLICY);
	assert_non_null(strstr(w->err.hint, "--issued-by"));
	expect(w, "cert create own --profile client", RC_OK);
	buf_cut(&bytes, 0);
	was = kept(&bytes, w, "own");
	expect(w, "cert renew own --rekey", RC_OK);
	assert_false(same_key(&was, w, "own"));
	is = cert_of(w, "own");
	assert_true(cert_self_signed(&is));
	buf_release(&bytes);
}

static void
dates_are_taken(void **state)
{
	struct world *w = *state;
	struct cert ca;
	struct cert c;

	expect(w, "cert renew web --days 10", RC_OK);
	c = cert_of(w, "web");
	assert_int_equal(c.not_after - c.not_before, 10 * (int64_t)DAY_LENGTH + 3600);
	expect(w, "cert renew web --days 36500 --hash sha512", RC_OK);
	assert_true(warned(w, "cut"));
	c = cert_of(w, "web");
	ca = cert_of(w, "issuing");
	assert_true(c.not_after == ca.not_after);
	assert_int_equal(cert_signature_hash(c.sig_alg), HASH_SHA512);
	expect(w, "cert renew web --days 0", RC_USAGE);
	expect(w, "cert renew web --not-after 2001-01-01", RC_USAGE);
}

static void
chooses(void **state)
{
	struct world *w = *state;

	expect(w, "cert renew", RC_USAGE);
	expect(w, "cert renew web --expiring 3", RC_USAGE);
	expect(w, "cert renew --expiring 36501", RC_USAGE);
	expect(w, "cert renew nobody", RC_NO_LABEL);
	expect(w, "cert renew --issued-by nobody", RC_NO_LABEL);
	expect(w, "cert renew --expiring 3", RC_OK);
	assert_false(w->result.changed);
	expect(w, "cert renew --expiring 366", RC_OK);
	assert_int_equal(w->result.diff.replaced.count, 2);
	expect(w, "cert renew --issued-by issuing", RC_OK);
	assert_int_equal(w->result.diff.replaced.count, 2);
	expect(w, "cert renew --issued-by root", RC_OK);
	assert_int_equal(w->result.diff.replaced.count, 1);
	expect(w, "cert renew web app", RC_OK);
	assert_int_equal(w->result.diff.replaced.count, 2);
}

/* Whatever the order of the list, nothing is cut to the end that its issuer has no longer. */
static void
issuers_go_first(void **state)
{
	struct world *w = *state;
	int64_t now = env_now();
	struct cert root;
	struct cert c;

	expect(w, "cert default web", RC_OK);
	env_set_now(now + 1800 * (int64_t)DAY_LENGTH);
	expect(w, "cert renew web --days 1", RC_OK);
	expect(w, "cert renew --expiring 36500", RC_OK);
	assert_int_equal(w->result.diff.replaced.count, 4);
	assert_false(warned(w, "cut"));
	root = cert_of(w, "root");
	c = cert_of(w, "issuing");
	assert_true(root.not_after > now + (1800 + 3649) * (int64_t)DAY_LENGTH);
	assert_true(c.not_after > now + (1800 + 1824) * (int64_t)DAY_LENGTH);
	expect(w, "cert verify web", RC_OK);
	assert_int_equal(w->result.status, RC_OK);
}

static void
another_issuer(void **state)
{
	struct world *w = *state;

	expect(w, "cert create new-ca --profile ca", RC_OK);
	expect(w, "cert renew --issued-by issuing --issuer new-ca", RC_OK);
	assert_int_equal(w->result.diff.replaced.count, 2);
	assert_true(issued_by(w, "web", "new-ca") && issued_by(w, "app", "new-ca"));
	expect(w, "cert renew issuing --issuer new-ca", RC_OK);
	assert_true(issued_by(w, "issuing", "new-ca"));
	expect(w, "cert renew web --issuer app", RC_NOT_A_CA);
	expect(w, "cert renew issuing --issuer issuing", RC_POLICY);
	expect(w, "cert renew web --issuer nobody", RC_NO_LABEL);
	expect(w, "cert trust new-ca off", RC_OK);
	expect(w, "cert renew web", RC_POLICY);
}

static void
refuses_what_it_cannot(void **state)
{
	struct world *w = *state;

	expect(w, "cert export issuing --out issuing.pem", RC_OK);
	expect(w, "cert export web --with-key --no-chain --out-pass none --out web.pem", RC_OK);
	db_make(w, "other.p12");
	expect(w, "cert import web.pem --as web --db other.p12", RC_OK);
	expect(w, "cert renew web --db other.p12", RC_NO_ISSUER);
	assert_non_null(strstr(w->err.message, "'web' is not renewed: its issuer"));
	assert_non_null(strstr(w->err.hint, "csr renew"));
	expect(w, "cert add issuing.pem --db other.p12", RC_OK);
	expect(w, "cert renew web --db other.p12", RC_NO_ISSUER_KEY);
	assert_non_null(strstr(w->err.message, "'web' is not renewed: 'issuing' cannot sign"));
	expect(w, "cert renew issuing --db other.p12", RC_NO_KEY);
	env_set_now(env_now() + 1826 * (int64_t)DAY_LENGTH);
	expect(w, "cert renew web", RC_EXPIRED);
	assert_non_null(strstr(w->err.message, "'web' is not renewed: the issuer 'issuing'"));
	assert_non_null(strstr(w->err.hint, "renew it first"));
}

/* A key on a curve that the library lacks came along in a PKCS#12 file. Asked for by name it is
 * refused; where it is one of many, it is told and the others are renewed. */
static void
unusable_keys_stop_no_other(void **state)
{
	char before[64];
	char after[64];
	struct world *w = *state;

	assert_int_equal(
	    system("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:secp256k1 -nodes "
		   "-keyout k.pem -subj /CN=odd -days 5 -out c.pem 2>/dev/null && "
		   "openssl pkcs12 -export -inkey k.pem -in c.pem -name odd -out odd.p12 "
		   "-passout pass:odd"),
	    0);
	put_file("odd", "odd\n");
	expect(w, "cert import odd.p12 --in-pass file:odd", RC_OK);
	(void)serial_of(before, w, "web");
	expect(w, "cert renew odd", RC_UNSUPPORTED);
	assert_non_null(strstr(w->err.message, "'odd' is not renewed: the private key"));
	expect(w, "cert renew web odd", RC_UNSUPPORTED);
	expect(w, "cert renew --expiring 400", RC_OK);
	assert_true(warned(w, "not-renewed"));
	assert_int_equal(w->result.diff.replaced.count, 2);
	assert_string_not_equal(before, serial_of(after, w, "web"));
}

/* An issuer that got a new key in the same command signs with it. */
static void
new_keys_from_the_issuer_on(void **state)
{
	struct world *w = *state;

	expect(w, "cert renew web issuing app --rekey", RC_OK);
	assert_int_equal(w->result.diff.replaced.count, 3);
	assert_true(issued_by(w, "web", "issuing"));
	assert_true(issued_by(w, "app", "issuing"));
	expect(w, "cert verify app", RC_OK);
	assert_int_equal(w->result.status, RC_OK);
}

/* Two certificates of one CA: each issued what the other did. */
static void
issued_by_either(void **state)
{
	struct world *w = *state;

	expect(w, "cert export issuing --out old.pem", RC_OK);
	expect(w, "cert renew issuing --days 900", RC_OK);
	db_make(w, "two.p12");
	expect(w, "cert add old.pem --as old --db two.p12", RC_OK);
	expect(w, "cert copy root issuing web app --to two.p12 --to-pass file:pw", RC_OK);
	expect(w, "cert renew --issued-by issuing --db two.p12", RC_OK);
	assert_int_equal(w->result.diff.replaced.count, 2);
	expect(w, "cert renew --issued-by old --db two.p12", RC_OK);
	assert_int_equal(w->result.diff.replaced.count, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RING_TEST(renews_with_the_same_shape),
		RING_TEST(keys_stay_or_change),
		RING_TEST(dates_are_taken),
		RING_TEST(chooses),
		RING_TEST(issuers_go_first),
		RING_TEST(another_issuer),
		RING_TEST(refuses_what_it_cannot),
		RING_TEST(unusable_keys_stop_no_other),
		RING_TEST(new_keys_from_the_issuer_on),
		RING_TEST(issued_by_either),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
