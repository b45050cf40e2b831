/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pki/path.h"

#include "forge.h"

enum { ACTORS_MAX = 8, TRUSTED = 1, OFF = 2, OUTSIDE = 4, BROKEN = 8, NO_CA = 16, ALIEN = 32 };

/* A certificate of a scene: unless said otherwise a helper that is a CA. The last is the leaf. */
struct actor {
	const char *signer; /* subject of another one before it; NULL: itself */
	unsigned flags;
	struct recipe recipe;
};

struct scene {
	const char *why;
	const char *code; /* NULL: valid */
	const char *path; /* the subjects, "CN=I CN=R"; NULL: not looked at */
	struct path_query query;
	struct actor actors[ACTORS_MAX];
};

#define ROOT                              \
	{                                 \
		NULL, TRUSTED,            \
		{                         \
			.subject = "CN=R" \
		}                         \
	}
#define RULES(...)                                     \
	{                                              \
		NULL, TRUSTED,                         \
		{                                      \
			.subject = "CN=R", __VA_ARGS__ \
		}                                      \
	}
#define SUB                               \
	{                                 \
		"CN=R", 0,                \
		{                         \
			.subject = "CN=I" \
		}                         \
	}
#define LEAF(signer, ...)                              \
	{                                              \
		signer, NO_CA,                         \
		{                                      \
			.subject = "CN=L", __VA_ARGS__ \
		}                                      \
	}
#define SERVER_EKU                                             \
	{                                                      \
		OID_EXT_EKU, false, "300a06082b06010505070301" \
	}
#define CLIENT_EKU                                             \
	{                                                      \
		OID_EXT_EKU, false, "300a06082b06010505070302" \
	}

static const struct scene scenes[] = {
	{ "root and leaf", NULL, "CN=R", { 0 }, { ROOT, LEAF("CN=R", 0) } },
	{ "three of them", NULL, "CN=I CN=R", { 0 }, { ROOT, SUB, LEAF("CN=I", 0) } },
	{ "no issuer",
	  "no-issuer",
	  "",
	  { 0 },
	  { { NULL, OUTSIDE, { .subject = "CN=R" } }, LEAF("CN=R", 0) } },
	{ "the issuer's issuer is missing",
	  "no-issuer",
	  "CN=I",
	  { 0 },
	  { { NULL, OUTSIDE, { .subject = "CN=R" } }, SUB, LEAF("CN=I", 0) } },
	{ "a root that is only a helper",
	  "not-trusted",
	  "CN=R",
	  { 0 },
	  { { NULL, 0, { .subject = "CN=R" } }, LEAF("CN=R", 0) } },
	{ "a root that is switched off",
	  "not-trusted",
	  "",
	  { 0 },
	  { { NULL, OFF, { .subject = "CN=R" } }, LEAF("CN=R", 0) } },
	{ "ends at a trusted one whose issuer is not here",
	  NULL,
	  "CN=I",
	  { 0 },
	  { { NULL, OUTSIDE, { .subject = "CN=R" } },
	    { "CN=R", TRUSTED, { .subject = "CN=I" } },
	    LEAF("CN=I", 0) } },
	{ "a helper is not here",
	  NULL,
	  "CN=I",
	  { 0 },
	  { { NULL, 0, { .subject = "CN=R" } },
	    { "CN=R", TRUSTED, { .subject = "CN=I" } },
	    LEAF("CN=I", 0) } },
	{ "does not end below a root that is switched off",
	  "not-trusted",
	  "CN=I",
	  { 0 },
	  { { NULL, OFF, { .subject = "CN=R" } },
	    { "CN=R", TRUSTED, { .subject = "CN=I" } },
	    LEAF("CN=I", 0) } },
	{ "goes on above a trusted one",
	  NULL,
	  "CN=I CN=R",
	  { 0 },
	  { ROOT, { "CN=R", TRUSTED, { .subject = "CN=I" } }, LEAF("CN=I", 0) } },
	{ "a trusted leaf with an issuer elsewhere is no path",
	  "no-issuer",
	  "",
	  { 0 },
	  { { NULL, OUTSIDE, { .subject = "CN=R" } },
	    { "CN=R", TRUSTED | NO_CA, { .subject = "CN=L" } } } },
	{ "a trusted self-signed leaf",
	  NULL,
	  "",
	  { 0 },
	  { { NULL, TRUSTED | NO_CA, { .subject = "CN=L" } } } },
	{ "a self-signed leaf that is not trusted",
	  "not-trusted",
	  "",
	  { 0 },
	  { { NULL, NO_CA, { .subject = "CN=L" } } } },
	{ "a broken self-signed leaf, trusted or not",
	  "bad-signature",
	  "",
	  { 0 },
	  { { NULL, TRUSTED | BROKEN | NO_CA, { .subject = "CN=L" } } } },
	{ "a broken leaf",
	  "bad-signature",
	  "",
	  { 0 },
	  { ROOT, { "CN=R", BROKEN | NO_CA, { .subject = "CN=L" } } } },
	{ "a broken root: trust needs no signature",
	  NULL,
	  "CN=R",
	  { 0 },
	  { { NULL, TRUSTED | BROKEN, { .subject = "CN=R" } }, LEAF("CN=R", 0) } },
	{ "a signature of an unknown kind",
	  "unsupported-algorithm",
	  "",
	  { 0 },
	  { ROOT, { "CN=R", ALIEN | NO_CA, { .subject = "CN=L", .key = "ec:p256" } } } },
	{ "an expired leaf", "expired", NULL, { 0 }, { ROOT, LEAF("CN=R", .to = 1600000000) } },
	{ "a leaf of tomorrow",
	  "not-yet-valid",
	  NULL,
	  { 0 },
	  { ROOT, LEAF("CN=R", .from = 1800000000) } },
	{ "an expired issuer",
	  "expired",
	  "CN=I",
	  { 0 },
	  { ROOT, { "CN=R", 0, { .subject = "CN=I", .to = 1600000000 } }, LEAF("CN=I", 0) } },
	{ "an expired root",
	  "expired",
	  "CN=R",
	  { 0 },
	  { RULES(.to = 1600000000), LEAF("CN=R", 0) } },
	{ "valid at the last second",
	  NULL,
	  NULL,
	  { .at = 1600000000 },
	  { ROOT, LEAF("CN=R", .to = 1600000000) } },
	{ "an issuer that is no CA",
	  "not-a-ca",
	  "CN=I",
	  { 0 },
	  { ROOT, { "CN=R", NO_CA, { .subject = "CN=I" } }, LEAF("CN=I", 0) } },
	{ "a root that is no CA",
	  "not-a-ca",
	  "CN=R",
	  { 0 },
	  { { NULL, TRUSTED | NO_CA, { .subject = "CN=R" } }, LEAF("CN=R", 0) } },
	{ "no keyCertSign",
	  "key-usage",
	  "CN=I",
	  { 0 },
	  { ROOT,
	    { "CN=R",
	      0,
	      { .subject = "CN=I", .ext = { { OID_EXT_KEY_USAGE, true, "03020780" } } } },
	    LEAF("CN=I", 0) } },
	{ "path length 0 and a CA below",
	  "path-too-long",
	  NULL,
	  { 0 },
	  { RULES(.length = 1), SUB, LEAF("CN=I", 0) } },
	{ "path length 0 and a leaf below",
	  NULL,
	  NULL,
	  { 0 },
	  { RULES(.length = 1), LEAF("CN=R", 0) } },
	{ "path length 1 and a CA below",
	  NULL,
	  NULL,
	  { 0 },
	  { RULES(.length = 2), SUB, LEAF("CN=I", 0) } },
	{ "an unknown critical extension in the leaf",
	  "unknown-critical",
	  NULL,
	  { 0 },
	  { ROOT, LEAF("CN=R", .ext = { { OID_EXT_SCT, true, "0500" } }) } },
	{ "an unknown extension",
	  NULL,
	  NULL,
	  { 0 },
	  { ROOT, LEAF("CN=R", .ext = { { OID_EXT_SCT, false, "0500" } }) } },
	{ "critical policies",
	  "unknown-critical",
	  NULL,
	  { 0 },
	  { ROOT, LEAF("CN=R", .ext = { { OID_EXT_POLICIES, true, "30003000" } }) } },
	{ "critical policy constraints in the root",
	  "unknown-critical",
	  "CN=R",
	  { 0 },
	  { RULES(.ext = { { OID_EXT_POLICY_CONSTRAINTS, true, "3003800100" } }),
	    LEAF("CN=R", 0) } },
	{ "an extension twice",
	  "damaged",
	  NULL,
	  { 0 },
	  { ROOT, LEAF("CN=R", .ext = { SERVER_EKU, CLIENT_EKU }) } },
	{ "a damaged key usage",
	  "damaged",
	  NULL,
	  { 0 },
	  { ROOT, LEAF("CN=R", .ext = { { OID_EXT_KEY_USAGE, false, "0500" } }) } },
	{ "a server's for a server",
	  NULL,
	  NULL,
	  { .purpose = PURPOSE_SERVER },
	  { ROOT, LEAF("CN=R", .ext = { SERVER_EKU }) } },
	{ "a server's for a client",
	  "purpose",
	  NULL,
	  { .purpose = PURPOSE_CLIENT },
	  { ROOT, LEAF("CN=R", .ext = { SERVER_EKU }) } },
	{ "any usage",
	  NULL,
	  NULL,
	  { .purpose = PURPOSE_CLIENT },
	  { ROOT, LEAF("CN=R", .ext = { { OID_EXT_EKU, false, "30060604551d2500" },
					{ OID_NONE, false, NULL } }) } },
	{ "an issuer for clients only",
	  "purpose",
	  "CN=I",
	  { .purpose = PURPOSE_SERVER },
	  { ROOT,
	    { "CN=R", 0, { .subject = "CN=I", .ext = { CLIENT_EKU } } },
	    LEAF("CN=I", .ext = { SERVER_EKU }) } },
	{ "a key that may only sign certificates, as a server",
	  "key-usage",
	  NULL,
	  { .purpose = PURPOSE_SERVER },
	  { ROOT, LEAF("CN=R", .ext = { { OID_EXT_KEY_USAGE, true, "03020204" } }) } },
	{ "a key that may only encipher, as a client",
	  "key-usage",
	  NULL,
	  { .purpose = PURPOSE_CLIENT },
	  { ROOT, LEAF("CN=R", .ext = { { OID_EXT_KEY_USAGE, true, "03020520" } }) } },
	{ "a key that may only encipher, as a server",
	  NULL,
	  NULL,
	  { .purpose = PURPOSE_SERVER },
	  { ROOT, LEAF("CN=R", .ext = { { OID_EXT_KEY_USAGE, true, "03020520" } }) } },
	{ "the right host",
	  NULL,
	  NULL,
	  { .host = "a.example" },
	  { ROOT, LEAF("CN=R", .names = "dns:b.example dns:a.example") } },
	{ "the wrong host",
	  "host-mismatch",
	  "CN=R",
	  { .host = "a.example" },
	  { ROOT, LEAF("CN=R", .names = "dns:b.example") } },
	{ "the host in the common name does not count",
	  "host-mismatch",
	  NULL,
	  { .host = "a.example" },
	  { ROOT, { "CN=R", NO_CA, { .subject = "CN=a.example" } } } },
	{ "no issuer is worse news than the wrong host",
	  "no-issuer",
	  NULL,
	  { .host = "a.example" },
	  { { NULL, OUTSIDE, { .subject = "CN=R" } }, LEAF("CN=R", 0) } },
	{ "a permitted name",
	  NULL,
	  NULL,
	  { 0 },
	  { RULES(.permit = "dns:example"), LEAF("CN=R", .names = "dns:a.example") } },
	{ "a name that is not permitted",
	  "name-constraints",
	  "CN=R",
	  { 0 },
	  { RULES(.permit = "dns:example"), LEAF("CN=R", .names = "dns:a.example dns:a.test") } },
	{ "an excluded name",
	  "name-constraints",
	  NULL,
	  { 0 },
	  { RULES(.exclude = "dns:a.example"), LEAF("CN=R", .names = "dns:a.example") } },
	{ "a wildcard that stands for an excluded name",
	  "name-constraints",
	  NULL,
	  { 0 },
	  { RULES(.exclude = "dns:a.b.example"), LEAF("CN=R", .names = "dns:*.b.example") } },
	{ "a wildcard that does not",
	  NULL,
	  NULL,
	  { 0 },
	  { RULES(.exclude = "dns:a.b.example"), LEAF("CN=R", .names = "dns:*.c.example") } },
	{ "the constraints of the middle count for the leaf",
	  "name-constraints",
	  NULL,
	  { 0 },
	  { ROOT,
	    { "CN=R", 0, { .subject = "CN=I", .permit = "dns:a.example" } },
	    LEAF("CN=I", .names = "dns:b.example") } },
	{ "both have to permit",
	  "name-constraints",
	  NULL,
	  { 0 },
	  { RULES(.permit = "dns:b.example"),
	    { "CN=R", 0, { .subject = "CN=I", .permit = "dns:a.example" } },
	    LEAF("CN=I", .names = "dns:b.example") } },
	{ "a subject out of its directory",
	  "name-constraints",
	  NULL,
	  { 0 },
	  { RULES(.permit = "dir:O=x"), { "CN=R", NO_CA, { .subject = "CN=L,O=y" } } } },
	{ "a subject in its directory",
	  NULL,
	  NULL,
	  { 0 },
	  { RULES(.permit = "dir:O=x"), { "CN=R", NO_CA, { .subject = "CN=L,O=X" } } } },
	{ "the mail address of a subject",
	  "name-constraints",
	  NULL,
	  { 0 },
	  { RULES(.permit = "email:example"),
	    { "CN=R", NO_CA, { .subject = "CN=L,emailAddress=a@test.example" } } } },
	{ "a mail address in the subject, two octets to a character",
	  "name-constraints",
	  NULL,
	  { 0 },
	  { RULES(.exclude = "email:x.bad.example"),
	    { "CN=R",
	      NO_CA,
	      { .subject = "CN=L,emailAddress=#1e1e006100400078002e006200610064"
			   "002e006500780061006d0070006c0065" } } } },
	{ "a mail address in the subject that is no text",
	  "name-constraints",
	  NULL,
	  { 0 },
	  { RULES(.exclude = "email:x.bad.example"),
	    { "CN=R", NO_CA, { .subject = "CN=L,emailAddress=#040461406162" } } } },
	{ "a mail address that is no text, and no constraint on any",
	  NULL,
	  NULL,
	  { 0 },
	  { RULES(.exclude = "dns:x.bad.example"),
	    { "CN=R", NO_CA, { .subject = "CN=L,emailAddress=#040461406162" } } } },
	{ "a mail address without a host",
	  "name-constraints",
	  NULL,
	  { 0 },
	  { RULES(.exclude = "email:example"),
	    LEAF("CN=R", .ext = { { OID_EXT_SAN, false, "3003810161" } }) } },
	{ "no subject, so nothing to exclude",
	  NULL,
	  NULL,
	  { 0 },
	  { RULES(.permit = "dir:O=x"),
	    { "CN=R", NO_CA, { .subject = "", .names = "dns:a.example" } } } },
	{ "an address out of its net",
	  "name-constraints",
	  NULL,
	  { 0 },
	  { RULES(.permit = "ip:192.0.2.0/24"), LEAF("CN=R", .names = "ip:192.0.3.1") } },
	{ "a name of a kind that is constrained and not processed",
	  "name-constraints",
	  NULL,
	  { 0 },
	  { RULES(.ext = { { OID_EXT_NAME_CONSTRAINTS, true,
			     "3008a10630048802"
			     "2a03" } }),
	    LEAF("CN=R", .ext = { { OID_EXT_SAN, false,
				    "30048802"
				    "2a03" } }) } },
	{ "constraints with a minimum",
	  "name-constraints",
	  NULL,
	  { 0 },
	  { RULES(.ext = { { OID_EXT_NAME_CONSTRAINTS, true, "300aa0083006820161800101" } }),
	    LEAF("CN=R", .names = "dns:a") } },
	{ "damaged constraints",
	  "damaged",
	  NULL,
	  { 0 },
	  { RULES(.ext = { { OID_EXT_NAME_CONSTRAINTS, true, "3004a0020500" } }),
	    LEAF("CN=R", 0) } },
	{ "names are compared without case and blanks",
	  NULL,
	  "CN=The  Root",
	  { 0 },
	  { { NULL, TRUSTED, { .subject = "CN=The  Root" } },
	    { "CN=The  Root", NO_CA, { .subject = "CN=L", .issuer = "CN=the ROOT" } } } },
	{ "the key identifier leads among two of one name",
	  NULL,
	  NULL,
	  { 0 },
	  { RULES(.key_ids = true, .to = 1700000000),
	    RULES(.key_ids = true),
	    { "CN=R", NO_CA, { .subject = "CN=L", .key_ids = true } } } },
	{ "of two paths the valid one",
	  NULL,
	  "CN=I CN=S",
	  { 0 },
	  { { NULL, 0, { .subject = "CN=R" } },
	    { NULL, TRUSTED, { .subject = "CN=S" } },
	    { "CN=R", 0, { .subject = "CN=I" } },
	    { "CN=S", 0, { .subject = "CN=I", .key = "same" } },
	    LEAF("CN=I", 0) } },
	{ "two that issued each other",
	  "no-issuer",
	  NULL,
	  { 0 },
	  { { NULL, OUTSIDE, { .subject = "CN=A" } },
	    { "CN=A", 0, { .subject = "CN=B" } },
	    { "CN=B", 0, { .subject = "CN=A", .key = "same" } },
	    LEAF("CN=B", 0) } },
};

struct stage {
	struct forged forged[ACTORS_MAX];
	struct path_member members[ACTORS_MAX];
	size_t names[ACTORS_MAX]; /* the actor behind a member */
	struct path_set set;
	const struct cert *leaf;
};

/* The last actor before `end` of this name. */
static const struct forged *
find_actor(const struct scene *scene, struct stage *stage, const char *name, size_t end)
{
	while (end-- > 0) {
		const char *subject = scene->actors[end].recipe.subject;

		if (strcmp(subject, name) == 0)
			return &stage->forged[end];
	}
	return NULL;
}

/* A key of an actor before it of the same name. */
static void
share_key(const struct scene *scene, struct stage *stage, struct recipe *recipe, size_t i)
{
	const struct forged *same = find_actor(scene, stage, recipe->subject, i);
	struct secret *pkcs8 = NULL;

	if (!same) {
		fail_msg("%s: nobody before it", recipe->subject);
		return;
	}
	assert_int_equal(key_pkcs8(&pkcs8, same->key), RC_OK);
	assert_int_equal(key_load(&stage->forged[i].key, pkcs8), RC_OK);
	secret_free(&pkcs8);
	recipe->key = NULL;
}

/* Makes the signature's algorithm one that nobody knows. */
static void
make_alien(struct forged *f)
{
	for (size_t i = 2; i < f->der.size; i++) {
		if (memcmp(f->der.data + i - 2, "\x2b\x65\x70", 3) == 0)
			f->der.data[i] = 0x7f;
	}
}

static void
enter(const struct scene *scene, struct stage *stage)
{
	for (size_t i = 0; i < ACTORS_MAX && scene->actors[i].recipe.subject; i++) {
		const struct actor *a = &scene->actors[i];
		struct forged *f = &stage->forged[i];
		struct recipe recipe = a->recipe;
		struct path_member *m = &stage->members[stage->set.count];

		recipe.ca = !(a->flags & NO_CA);
		if (recipe.key && strcmp(recipe.key, "same") == 0)
			share_key(scene, stage, &recipe, i);
		forge(f, &recipe, a->signer ? find_actor(scene, stage, a->signer, i) : NULL);
		if (a->flags & ALIEN)
			make_alien(f);
		if (a->flags & BROKEN)
			f->der.data[f->der.size - 1] ^= 1;
		stage->leaf = &f->cert;
		if (a->flags & OUTSIDE)
			continue;
		m->cert = f->cert;
		m->trusted = a->flags & TRUSTED;
		m->usable = !(a->flags & OFF);
		stage->names[stage->set.count++] = i;
	}
	stage->set.members = stage->members;
	assert_int_equal(path_set_prepare(&stage->set), RC_OK);
}

static void
leave(struct stage *stage)
{
	path_set_release(&stage->set);
	for (size_t i = 0; i < ACTORS_MAX; i++)
		forge_release(&stage->forged[i]);
}

static bool
has_path(const struct scene *scene, const struct stage *stage, const struct path_result *r)
{
	struct buf text = BUF_INIT;
	bool same;

	for (size_t i = 0; i < r->length; i++) {
		if (i > 0)
			buf_put_byte(&text, ' ');
		dn_put(&text, stage->members[r->path[i]].cert.subject);
	}
	same = strcmp(buf_text(&text), scene->path) == 0;
	if (!same)
		print_message("# %s: path '%s'\n", scene->why, buf_text(&text));
	buf_release(&text);
	return same;
}

static void
test_scenes(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(scenes); i++) {
		const struct scene *scene = &scenes[i];
		struct stage stage = { .leaf = NULL };
		struct path_query query = scene->query;
		struct path_result r;
		bool good;

		if (!query.at)
			query.at = 1750000000;
		enter(scene, &stage);
		assert_int_equal(path_find(&stage.set, stage.leaf, &query, &r), RC_OK);
		good = r.valid == !scene->code && !r.weak;
		good = good && (r.valid || (strcmp(r.code, scene->code) == 0 && r.reason[0]));
		good = good && (!scene->path || has_path(scene, &stage, &r));
		if (!good)
			print_message("# %s: %s, %s\n", scene->why, r.valid ? "valid" : r.code,
				      r.reason);
		wrong += !good;
		leave(&stage);
	}
	assert_int_equal(wrong, 0);
}

/* The sentence names the certificate and what is wrong with it. */
static void
test_reasons(void **state)
{
	static const struct {
		const char *why;
		const char *reason;
	} rows[] = {
		{ "an expired leaf", "'CN=L' expired at 2020-09-13T12:26:40Z" },
		{ "a leaf of tomorrow", "'CN=L' is not valid before 2027-01-15T08:00:00Z" },
		{ "no issuer", "'CN=L' was issued by 'CN=R', which is not here" },
		{ "a root that is switched off",
		  "'CN=L' was issued by 'CN=R', which is switched off" },
		{ "a root that is only a helper", "'CN=R' is self-signed and not trusted" },
		{ "an issuer that is no CA", "'CN=I' is no certification authority" },
		{ "a broken leaf", "'CN=L' has a wrong signature: not by 'CN=R'" },
		{ "path length 0 and a CA below",
		  "'CN=R' allows 0 certification authorities below it, there are 1" },
		{ "critical policies", "'CN=L' has the critical extension certificatePolicies, and "
				       "certificate policies are not processed" },
		{ "the wrong host", "'CN=L' is not for a.example" },
		{ "an excluded name", "'CN=L' has a name excluded by 'CN=R': dns:a.example" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t k = 0;
		struct stage stage = { .leaf = NULL };
		struct path_query query;
		struct path_result r;

		while (strcmp(scenes[k].why, rows[i].why) != 0)
			assert_true(++k < ARRAY_SIZE(scenes));
		query = scenes[k].query;
		query.at = 1750000000;
		enter(&scenes[k], &stage);
		assert_int_equal(path_find(&stage.set, stage.leaf, &query, &r), RC_OK);
		assert_string_equal(r.reason, rows[i].reason);
		leave(&stage);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scenes),
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
