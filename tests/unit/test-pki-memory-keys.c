/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each allocation of the code for keys, passphrases and issuing fails once: the answer is
 * RC_NO_MEMORY, and nothing leaks. */
#include "base/text.h"
#include "fail-alloc.h"
#include "pki/dn.h"
#include "pki/issue.h"
#include "pki/pbe.h"
#include "pki/signature.h"

/* What is worked on; made before anything fails. */
static struct {
	struct key *key;
	struct secret *pkcs8;
	struct secret *sec1; /* an EC key without its point, as PKCS#8 */
	struct buf spki;
	struct buf epki;
	struct buf subject;
	struct buf names;
} fx;

static struct pw *
pw_here(enum rc *rc)
{
	struct secret *pass = NULL;
	struct pw *pw = NULL;

	*rc = secret_from(&pass, span_text("x"));
	if (!*rc)
		*rc = pw_new(&pw, &pass, 0);
	if (!*rc)
		*rc = pw_set_shroud(pw, NULL, 2);
	return pw;
}

static enum rc
run_load(struct buf *b)
{
	struct key *key = NULL;
	struct secret *p8 = NULL;
	enum rc rc;

	rc = key_load(&key, fx.sec1);
	if (!rc)
		rc = key_spki(b, key);
	if (!rc)
		rc = key_pkcs8(&p8, key);
	secret_free(&p8);
	key_free(&key);
	return rc;
}

static enum rc
run_sign(struct buf *b)
{
	struct buf alg = BUF_INIT;
	enum rc rc;

	rc = key_signature_alg(&alg, fx.key, HASH_NONE);
	if (!rc)
		rc = key_sign(b, fx.key, HASH_NONE, span_text("x"));
	if (!rc)
		rc = key_verify(buf_span(&fx.spki), buf_span(&alg), span_text("x"), buf_span(b));
	buf_release(&alg);
	return rc;
}

static enum rc
run_pss(struct buf *b)
{
	const struct pss pss = { .hash = HASH_SHA256, .salt_size = 32 };

	return signature_put_pss(b, &pss);
}

static enum rc
run_pkcs8(struct buf *b)
{
	static const unsigned char dsa[] = { 0x30, 0x12, 2, 1, 0, 2, 1, 1, 2, 1,
					     2,    2,    1, 3, 2, 1, 4, 2, 1, 5 };
	struct secret *p8 = NULL;
	struct secret *raw = NULL;
	struct secret *back = NULL;
	enum rc rc;

	(void)b;
	rc = key_to_pkcs8(&p8, SPAN_OF(dsa, sizeof(dsa)));
	secret_free(&p8);
	if (!rc)
		rc = secret_from(&raw, span_text("x"));
	if (!rc)
		rc = key_wrap_secret(&p8, raw);
	if (!rc)
		rc = key_unwrap_secret(&back, p8);
	secret_free(&p8);
	secret_free(&raw);
	secret_free(&back);
	return rc;
}

static enum rc
run_shroud(struct buf *b)
{
	enum rc rc;
	struct pw *pw = pw_here(&rc);

	if (!rc)
		rc = pbe_shroud(b, pw, fx.pkcs8);
	pw_free(&pw);
	return rc;
}

static enum rc
run_open(struct buf *b)
{
	enum rc rc;
	struct pw *pw = pw_here(&rc);
	struct secret *p8 = NULL;

	(void)b;
	if (!rc)
		rc = pbe_open_key(&p8, pw, buf_span(&fx.epki), NULL);
	secret_free(&p8);
	pw_free(&pw);
	return rc;
}

static enum rc
run_mac(struct buf *b)
{
	enum rc rc;
	struct pw *pw = pw_here(&rc);
	struct digest *d = NULL;

	(void)b;
	if (!rc)
		rc = p12_mac_start(&d, pw, span_text("salt"), 2);
	digest_finish(&d, NULL);
	pw_free(&pw);
	return rc;
}

static struct shape
shape_here(enum profile profile)
{
	struct shape shape = SHAPE_INIT;

	shape.profile = profile;
	shape.subject = buf_span(&fx.subject);
	shape.names = buf_span(&fx.names);
	shape.crl_urls[0] = "http://crl.example/";
	shape.ocsp_urls[0] = "http://ocsp.example/";
	shape.not_after = 1;
	return shape;
}

static enum rc
run_cert(struct buf *b)
{
	struct shape shape = shape_here(PROFILE_CA);

	shape.permitted = buf_span(&fx.names);
	return issue_cert(b, &shape, &(struct issuing){ buf_span(&fx.spki), NULL, fx.key }, NULL);
}

static enum rc
run_csr(struct buf *b)
{
	struct shape shape = shape_here(PROFILE_PEER);

	return issue_csr(b, &shape, fx.key, NULL);
}

static int
enter(void **state)
{
	struct buf empty = BUF_INIT;
	struct span scalar = span_text("0123456789abcdef0123456789abcdef");
	static const unsigned char head[] = { 0x30, 0x41, 2,    1,    0,    0x30, 0x13, 6,   7,
					      0x2a, 0x86, 0x48, 0xce, 0x3d, 2,    1,    6,   8,
					      0x2a, 0x86, 0x48, 0xce, 0x3d, 3,    1,    7,   4,
					      0x27, 0x30, 0x25, 2,    1,    1,    4,    0x20 };

	(void)state;
	buf_put(&empty, SPAN_OF(head, sizeof(head)));
	buf_put(&empty, scalar);
	if (key_generate(&fx.key, "ec:p256", NULL) || key_pkcs8(&fx.pkcs8, fx.key) ||
	    key_spki(&fx.spki, fx.key) || secret_from(&fx.sec1, buf_span(&empty)) ||
	    run_shroud(&fx.epki) || dn_parse(&fx.subject, "CN=x", NULL) ||
	    name_parse(&fx.names, "dns:x.example", NULL))
		return -1;
	buf_release(&empty);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	key_free(&fx.key);
	secret_free(&fx.pkcs8);
	secret_free(&fx.sec1);
	buf_release(&fx.spki);
	buf_release(&fx.epki);
	buf_release(&fx.subject);
	buf_release(&fx.names);
	return 0;
}

static void
keys_say_out_of_memory(void **state)
{
	(void)state;
	fail_each(run_load);
	fail_each(run_sign);
	fail_each(run_pss);
	fail_each(run_pkcs8);
}

static void
passphrases_say_out_of_memory(void **state)
{
	(void)state;
	fail_each(run_shroud);
	fail_each(run_open);
	fail_each(run_mac);
}

static void
issuing_says_out_of_memory(void **state)
{
	(void)state;
	fail_each(run_cert);
	fail_each(run_csr);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_say_out_of_memory),
		cmocka_unit_test(passphrases_say_out_of_memory),
		cmocka_unit_test(issuing_says_out_of_memory),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
