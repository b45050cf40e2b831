/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths that are long, many or weak, and who issued what. */
#include "pki/path.h"

#include "forge.h"

#include <stdio.h>

/* Made by openssl, valid from 2026 to 2125: kyman signs nothing with SHA-1. */
static const char strong_root[] =
    "MIIBOTCB4aADAgECAgEBMAoGCCqGSM49BAMCMAwxCjAIBgNVBAMMAVIwIBcNMjYxMTIxMTEyODM5"
    "WhgPMjEyNTA2MTUxMTI4MzlaMAwxCjAIBgNVBAMMAVIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC"
    "AAT7/C3qN5EN9xs/06oeXFj2acGq90ZTiacAZEuL9B+zb9m/MS0cD6QgHRNbxB0A6BVPEkL43R8R"
    "uaFaNSr0LQbEozIwMDAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBQhlVmjVSmfLvOGbBmNcWYH"
    "9UXYuTAKBggqhkjOPQQDAgNHADBEAiBjW/5oq2SNaLXcCdaWHRDG4S9vSw+nko6Xyl+0V1RQsAIg"
    "ab+lGZ5bvPa3HpP/l/i6mW8KJsVX2EpW2C/DevjjVEc=";
static const char sha1_leaf[] =
    "MIIBVDCB/aADAgECAgECMAkGByqGSM49BAEwDDEKMAgGA1UEAwwBUjAgFw0yNjExMjExMTI4Mzla"
    "GA8yMTI1MDYxNTExMjgzOVowDDEKMAgGA1UEAwwBTDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA"
    "BAXeGX1+f8gOVfcP8/nEv1Koepx8Djj0cx1imWXP6qSrkl3W5GkLAlSkohYBsfjGcJ/d2OoQXixh"
    "FEgatOPmsYCjTzBNMAsGA1UdDwQEAwIHgDAdBgNVHQ4EFgQUsC2Q8imiIT9mVJQbRxzICElvNrQw"
    "HwYDVR0jBBgwFoAUIZVZo1Upny7zhmwZjXFmB/VF2LkwCQYHKoZIzj0EAQNHADBEAiBQ3IadzdRB"
    "RpKiSOw5Id3ei1u/QiObXubDgHfUy7TKvQIgNSHoIkZZzsOsEbbnFmYRgT/dA5ZVmxSSDBDi7+M5"
    "zRc=";
static const char sha1_root[] =
    "MIIBODCB4KADAgECAgEBMAkGByqGSM49BAEwDDEKMAgGA1UEAwwBUjAgFw0yNjExMjExMTI4Mzla"
    "GA8yMTI1MDYxNTExMjgzOVowDDEKMAgGA1UEAwwBUjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA"
    "BN8EAmCqi61jVMy0QH2i65/oqG6MlAqs+v9+na9KWEXf+sgHeMEOYQihc6BvU/XZZzNenXO+0Rvh"
    "KbBQYOdJpQujMjAwMA8GA1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFPCM6hiuNCEYA1/9rBipSIS3"
    "1+p4MAkGByqGSM49BAEDSAAwRQIhAI6/c/a7cq93l3h/me372R4hx3VHPaaleOqL7DnFYJZmAiBe"
    "VYCt73Q1mGs6Ej/NDMOqy3uSLGDQ0x+7H7Yg75j4nA==";
static const char strong_leaf[] =
    "MIIBVzCB/qADAgECAgECMAoGCCqGSM49BAMCMAwxCjAIBgNVBAMMAVIwIBcNMjYxMTIxMTEyODM5"
    "WhgPMjEyNTA2MTUxMTI4MzlaMAwxCjAIBgNVBAMMAUwwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC"
    "AAQmOBCBM2hMpflGfIm06FzYYE3PCyO5WRJ7pDCiML/j5lfVnJ06er5WwmWGwrpnRv9BCn8R3afe"
    "i/1ze4es4x5/o08wTTALBgNVHQ8EBAMCB4AwHQYDVR0OBBYEFBLNZUlnWgE+TS2LRWOdpuwIyTY0"
    "MB8GA1UdIwQYMBaAFPCM6hiuNCEYA1/9rBipSIS31+p4MAoGCCqGSM49BAMCA0gAMEUCIGPmKLxB"
    "L3aAxSrz1Uv/+xtFdFsWj8Bejm0zaJmbsGRVAiEAzahXxFvqpAJdbSC3BfAvg1qjJ3yK/j9tf/K/"
    "+TwyjE4=";
static const char small_root[] =
    "MIIBwjCCASugAwIBAgIBATANBgkqhkiG9w0BAQsFADAMMQowCAYDVQQDDAFSMCAXDTI2MTEyMTEx"
    "MjgzOVoYDzIxMjUwNjE1MTEyODM5WjAMMQowCAYDVQQDDAFSMIGfMA0GCSqGSIb3DQEBAQUAA4GN"
    "ADCBiQKBgQC1/SmGuvCpSKVYuI2fFxpbH/n0aVyhxsN6i2L3qJrOegWdftpQjDg2avMY8J7udhgt"
    "UEgl0BKvkUOyoXSjz752vfQzpir4wkxgP9YGno5uHxa5MVffKB6c5vEziCsqdvneW2aGzlbuEEsZ"
    "i3rHk90J6ys+yyq4crnXzbAeCB+UwwIDAQABozIwMDAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQW"
    "BBR+3lbDVC5FeTtRyEQr74KIJs3UljANBgkqhkiG9w0BAQsFAAOBgQAXUTvQ/P2kYHDPSmQS5Bjs"
    "8xGR7P7L/Phsyr07f4NbM8cOqhk2qKJuAItyhxlXDyO4rkacHUFaB/7hwoM81gz+hXEVv1wDxIsX"
    "IhiiLhjsJey7x67fckHc+cx2son4mA0vyp4uKYPXuEv8AeDiKJHLTrZvoe4NQJSsArVt6jCANg==";
static const char small_leaf[] =
    "MIIBmDCCAQGgAwIBAgIBAjANBgkqhkiG9w0BAQsFADAMMQowCAYDVQQDDAFSMCAXDTI2MTEyMTEx"
    "MjgzOVoYDzIxMjUwNjE1MTEyODM5WjAMMQowCAYDVQQDDAFMMFkwEwYHKoZIzj0CAQYIKoZIzj0D"
    "AQcDQgAEWyS3ADWRCZgnpErK7W6zxW6UYo3eQU0UEHziu9IXUW3S9XG0+b6MyXfoys1E8lUl9/dk"
    "YqD7NFCT+oYgiuw7AaNPME0wCwYDVR0PBAQDAgeAMB0GA1UdDgQWBBRHhy8sUe3tUHYIvueMw09O"
    "lXsnZjAfBgNVHSMEGDAWgBR+3lbDVC5FeTtRyEQr74KIJs3UljANBgkqhkiG9w0BAQsFAAOBgQC1"
    "NaeMgVEmfrEL8mFUqXpYvt6+ojRG01I40yimDThIqoCuGMvislpeemBWxcPMpLnsny2GhS18jPpm"
    "UkBGa4i9PjxnGX9sc+sLww4ZRnTWhuOWiTYdHjtXwIn/zjA3tpUMVYsu+CU34GXOZHDVVylv6ZYP"
    "ZlLHBac3z5Vji6WGhA==";

static struct cert
decode(struct buf *der, const char *base64)
{
	struct cert c;

	assert_int_equal(text_get_base64(der, span_text(base64), NULL), RC_OK);
	assert_int_equal(cert_parse(&c, buf_span(der), NULL), RC_OK);
	return c;
}

static void
test_weak_is_told(void **state)
{
	static const struct {
		const char *why;
		const char *root;
		const char *leaf;
		bool weak;
	} rows[] = {
		{ "a leaf signed with SHA-1", strong_root, sha1_leaf, true },
		{ "a root signed with SHA-1: nobody relies on that", sha1_root, strong_leaf,
		  false },
		{ "a root of 1024 bits", small_root, small_leaf, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct buf root = BUF_INIT;
		struct buf leaf = BUF_INIT;
		struct path_member member = { .trusted = true, .usable = true };
		struct path_set set = { .members = &member, .count = 1 };
		struct path_query query = { .at = 2000000000 };
		struct path_result r;
		struct cert c = decode(&leaf, rows[i].leaf);

		member.cert = decode(&root, rows[i].root);
		assert_int_equal(path_set_prepare(&set), RC_OK);
		assert_int_equal(path_find(&set, &c, &query, &r), RC_OK);
		if (!r.valid || r.weak != rows[i].weak)
			fail_msg("%s: %s", rows[i].why, r.reason);
		path_set_release(&set);
		buf_release(&root);
		buf_release(&leaf);
	}
}

/* A chain of n CAs above a leaf. */
static void
build_chain(struct forged *f, struct path_member *members, size_t n)
{
	char subject[30];

	for (size_t i = 0; i <= n; i++) {
		struct recipe r = { .subject = subject, .ca = i < n };

		snprintf(subject, sizeof(subject), "CN=%zu", i);
		forge(&f[i], &r, i ? &f[i - 1] : NULL);
		members[i] =
		    (struct path_member){ .cert = f[i].cert, .trusted = i == 0, .usable = true };
	}
}

static void
test_longest_path(void **state)
{
	static struct forged f[PATH_MAX_LENGTH + 2];
	static struct path_member members[PATH_MAX_LENGTH + 2];
	struct path_set set = { .members = members, .count = PATH_MAX_LENGTH + 2 };
	struct path_query query = { .at = 1750000000 };
	struct path_result r;

	(void)state;
	build_chain(f, members, PATH_MAX_LENGTH + 1);
	assert_int_equal(path_set_prepare(&set), RC_OK);
	assert_int_equal(path_find(&set, &f[PATH_MAX_LENGTH].cert, &query, &r), RC_OK);
	assert_true(r.valid);
	assert_int_equal(r.length, PATH_MAX_LENGTH);
	assert_int_equal(r.path[PATH_MAX_LENGTH - 1], 0);
	assert_int_equal(path_find(&set, &f[PATH_MAX_LENGTH + 1].cert, &query, &r), RC_OK);
	assert_false(r.valid);
	assert_string_equal(r.code, "path-too-long");
	path_set_release(&set);
	for (size_t i = 0; i < ARRAY_SIZE(f); i++)
		forge_release(&f[i]);
}

static void
share_key(struct forged *to, const struct forged *from)
{
	struct secret *pkcs8 = NULL;

	assert_int_equal(key_pkcs8(&pkcs8, from->key), RC_OK);
	assert_int_equal(key_load(&to->key, pkcs8), RC_OK);
	secret_free(&pkcs8);
}

/* Layers of certificates that all have one name a layer, each issued by the layer above: the number
 * of paths grows with the power of the layers. The search ends all the same. */
static void
test_too_complex(void **state)
{
	enum { LAYERS = 8, WIDTH = 7 };
	static struct forged f[LAYERS * WIDTH + 1];
	static struct path_member members[LAYERS * WIDTH];
	struct path_set set = { .members = members, .count = LAYERS * WIDTH };
	struct path_query query = { .at = 1750000000 };
	struct recipe leaf = { .subject = "CN=L" };
	struct path_result r;
	char subject[30];
	char issuer[30];

	(void)state;
	for (size_t i = 0; i < LAYERS * WIDTH; i++) {
		struct recipe ca = { .subject = subject, .issuer = issuer, .ca = true };

		snprintf(subject, sizeof(subject), "CN=%zu", i / WIDTH);
		snprintf(issuer, sizeof(issuer), "CN=%zu", i / WIDTH + 1);
		ca.length = 0;
		/* One key for all, and a date of its own for each. */
		ca.to = forge_to + (int64_t)i;
		if (i > 0)
			share_key(&f[i], &f[0]);
		forge(&f[i], &ca, NULL);
		members[i] = (struct path_member){ .cert = f[i].cert, .usable = true };
	}
	leaf.issuer = "CN=0";
	forge(&f[LAYERS * WIDTH], &leaf, &f[0]);
	assert_int_equal(path_set_prepare(&set), RC_OK);
	assert_int_equal(path_find(&set, &f[LAYERS * WIDTH].cert, &query, &r), RC_OK);
	assert_false(r.valid);
	assert_string_equal(r.code, "too-complex");
	path_set_release(&set);
	for (size_t i = 0; i < ARRAY_SIZE(f); i++)
		forge_release(&f[i]);
}

/* However many of its issuer's name a file brings along, the one that is trusted is tried. */
static void
test_crowd(void **state)
{
	enum { CROWD = 150 };
	static struct forged f[CROWD + 1];
	static struct path_member members[CROWD];
	struct path_set set = { .members = members, .count = CROWD };
	struct path_query query = { .at = 1750000000 };
	struct recipe ca = { .subject = "CN=R", .ca = true };
	struct recipe leaf = { .subject = "CN=L" };
	struct path_result r;

	(void)state;
	for (size_t i = 0; i < CROWD; i++) {
		bool real = i == CROWD - 1;

		if (i > 0 && !real)
			share_key(&f[i], &f[0]);
		ca.to = forge_to + (int64_t)i;
		/* Half of the crowd is out of date, and so worse than the rest. */
		ca.from = i < CROWD / 2 ? 1760000000 : 0;
		forge(&f[i], &ca, NULL);
		members[i] =
		    (struct path_member){ .cert = f[i].cert, .trusted = real, .usable = true };
	}
	forge(&f[CROWD], &leaf, &f[CROWD - 1]);
	assert_int_equal(path_set_prepare(&set), RC_OK);
	assert_int_equal(path_find(&set, &f[CROWD].cert, &query, &r), RC_OK);
	assert_true(r.valid);
	assert_int_equal(r.path[0], CROWD - 1);
	path_set_release(&set);
	for (size_t i = 0; i <= CROWD; i++)
		forge_release(&f[i]);
}

/* A million comparisons of names with constraints are enough. */
static void
test_too_many_names(void **state)
{
	struct forged root = { .key = NULL };
	struct forged leaf = { .key = NULL };
	struct buf names = BUF_INIT;
	struct recipe ca = { .subject = "CN=R", .ca = true };
	struct recipe r = { .subject = "CN=L" };
	struct path_member member = { .trusted = true, .usable = true };
	struct path_set set = { .members = &member, .count = 1 };
	struct path_query query = { .at = 1750000000 };
	struct path_result result;

	(void)state;
	for (unsigned i = 0; i < 1100; i++)
		buf_printf(&names, "%sdns:n%u.example", i ? " " : "", i);
	ca.permit = buf_text(&names);
	r.names = buf_text(&names);
	forge(&root, &ca, NULL);
	forge(&leaf, &r, &root);
	member.cert = root.cert;
	assert_int_equal(path_set_prepare(&set), RC_OK);
	assert_int_equal(path_find(&set, &leaf.cert, &query, &result), RC_OK);
	assert_string_equal(result.code, "too-complex");
	path_set_release(&set);
	forge_release(&root);
	forge_release(&leaf);
	buf_release(&names);
}

static void
test_issuer(void **state)
{
	struct forged f[4] = { { .key = NULL } };
	struct recipe old = { .subject = "CN=R", .ca = true, .key_ids = true };
	struct recipe leaf = { .subject = "CN=L", .key_ids = true };
	struct path_member members[4];
	struct path_set set = { .members = members, .count = 4 };

	(void)state;
	forge(&f[0], &old, NULL);
	forge(&f[1], &old, NULL);
	forge(&f[2], &leaf, &f[1]);
	forge(&f[3], &leaf, &f[2]);
	for (size_t i = 0; i < 4; i++)
		members[i] = (struct path_member){ .cert = f[i].cert };
	assert_int_equal(path_set_prepare(&set), RC_OK);
	assert_int_equal(path_issuer(&set, &f[0].cert), -1);
	assert_int_equal(path_issuer(&set, &f[2].cert), 1);
	assert_int_equal(path_issuer(&set, &f[3].cert), 2);
	f[2].der.data[f[2].der.size - 1] ^= 1;
	assert_int_equal(path_issuer(&set, &f[2].cert), -1);
	path_set_release(&set);
	set.count = 0;
	assert_int_equal(path_set_prepare(&set), RC_OK);
	assert_int_equal(path_issuer(&set, &f[2].cert), -1);
	path_set_release(&set);
	for (size_t i = 0; i < 4; i++)
		forge_release(&f[i]);
}

/* A long subject is cut at a whole character, and an empty one stands back behind the serial
 * number. */
static void
test_subjects_in_reasons(void **state)
{
	struct path_set set = { .count = 0 };
	struct path_query query = { .at = 1750000000 };
	struct recipe rows[] = {
		{ .subject =
		      "O=\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"
		      "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"
		      "+OU=\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"
		      "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"
		      "+CN=\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"
		      "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4",
		  .issuer = "CN=x" },
		{ .subject = "", .issuer = "CN=x", .names = "dns:a.example" },
	};

	(void)state;
	assert_int_equal(path_set_prepare(&set), RC_OK);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct forged f = { .key = NULL };
		struct path_result r;

		forge(&f, &rows[i], NULL);
		assert_int_equal(path_find(&set, &f.cert, &query, &r), RC_OK);
		assert_string_equal(r.code, "no-issuer");
		assert_true(text_is_utf8(span_text(r.reason)));
		assert_non_null(strstr(r.reason, i ? "'serial 01' was" : "...' was"));
		forge_release(&f);
	}
	path_set_release(&set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weak_is_told),        cmocka_unit_test(test_longest_path),
		cmocka_unit_test(test_too_complex),         cmocka_unit_test(test_crowd),
		cmocka_unit_test(test_too_many_names),      cmocka_unit_test(test_issuer),
		cmocka_unit_test(test_subjects_in_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
