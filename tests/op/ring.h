/* A ring for tests of operations: ring.p12 opened by its stash and named by KYMAN_DB, with the CA
 * root, the CA issuing below it, the server web and the client app; and looks at what is in a
 * database. */
#ifndef TESTS_OP_RING_H
#define TESTS_OP_RING_H

#include "world.h"

#include "base/env.h"
#include "pki/cert.h"
#include "pki/dn.h"
#include "pki/key.h"

enum { DAY_LENGTH = 86400, FILE_SIZE_MAX = 1 << 16 };

static MAYBE void
db_make(struct world *w, const char *name)
{
	char command[COMMAND_MAX];

	put_file("pw", "correct horse\n");
	(void)snprintf(command, sizeof(command),
		       "db create %s --pass file:pw --iterations 1000 --stash", name);
	expect(w, command, RC_OK);
}

static MAYBE int
ring_set_up(void **state)
{
	struct world *w;

	if (world_set_up(state))
		return -1;
	w = *state;
	assert_int_equal(setenv("KYMAN_DB", "ring.p12", 1), 0);
	db_make(w, "ring.p12");
	expect(w, "cert create root --profile ca --subject CN=Root,O=Example", RC_OK);
	expect(w, "cert create issuing --profile ca --issuer root --days 1825", RC_OK);
	expect(w, "cert create web www.example.org web.example.org --issuer issuing", RC_OK);
	expect(w, "cert create app --profile client --issuer issuing", RC_OK);
	return 0;
}

static MAYBE int
ring_tear_down(void **state)
{
	env_set_now(-1);
	(void)unsetenv("KYMAN_DB");
	return world_tear_down(state);
}

#define RING_TEST(function) cmocka_unit_test_setup_teardown(function, ring_set_up, ring_tear_down)

/* Runs a command with one %s in it. */
static MAYBE void
expect_with(struct world *w, const char *before, const char *with, enum rc rc)
{
	char command[COMMAND_MAX];

	(void)snprintf(command, sizeof(command), "%s %s", before, with);
	expect(w, command, rc);
}

/* The entry with this label in the database that is open (after any command that read one). */
static MAYBE const struct entry *
entry_of(struct world *w, const char *label)
{
	return kdb_find(&w->session.store.db, span_text(label));
}

static MAYBE struct cert
cert_of(struct world *w, const char *label)
{
	const struct entry *e = entry_of(w, label);
	struct cert c;

	assert_non_null(e);
	assert_int_equal(cert_parse(&c, e->cert.span, NULL), RC_OK);
	return c;
}

/* The serial number in hexadecimal: tells one certificate from the next. Into out, which it
 * returns. */
static MAYBE const char *
serial_of(char out[64], struct world *w, const char *label)
{
	struct buf text = BUF_INIT;
	struct cert c = cert_of(w, label);

	cert_put_serial(&text, &c);
	(void)snprintf(out, 64, "%s", buf_text(&text));
	buf_release(&text);
	return out;
}

static MAYBE bool
issued_by(struct world *w, const char *label, const char *issuer)
{
	struct cert c = cert_of(w, label);
	struct cert ca = cert_of(w, issuer);

	return dn_equal(c.issuer, ca.subject) && !cert_verify(&c, ca.spki);
}

/* A whole text file, static; "" when it is not there. */
static MAYBE const char *
text_of(const char *name)
{
	static char text[FILE_SIZE_MAX];
	FILE *f = fopen(name, "r");
	size_t size = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	if (f)
		(void)fclose(f);
	text[size] = '\0';
	return text;
}

/* How often part stands in text. */
static MAYBE int
count_of(const char *text, const char *part)
{
	int count = 0;

	for (const char *p = strstr(text, part); p; p = strstr(p + 1, part))
		count++;
	return count;
}

/* A file of the contents of others, one after the other. */
static MAYBE void
join_files(const char *to, const char *first, const char *second)
{
	char both[FILE_SIZE_MAX * 2];
	int size = snprintf(both, sizeof(both), "%s", text_of(first));

	(void)snprintf(both + size, sizeof(both) - (size_t)size, "%s", text_of(second));
	put_file(to, both);
}

struct refusal {
	const char *command;
	enum rc rc;
	const char *why;
};

/* Each is refused as it says, and the database stays as it is, byte for byte. */
static MAYBE void
refused(struct world *w, const struct refusal *cases, size_t count)
{
	struct stat before;
	struct stat after;

	assert_int_equal(stat("ring.p12", &before), 0);
	for (size_t i = 0; i < count; i++) {
		if (run(w, cases[i].command) != cases[i].rc)
			print_message("# %s: %s (%s), not %s\n", cases[i].why, rc_code(w->err.rc),
				      w->err.message, rc_code(cases[i].rc));
		assert_int_equal(w->err.rc, cases[i].rc);
		assert_true(w->err.message[0]);
		assert_int_equal(stat("ring.p12", &after), 0);
		/* A save would have put another inode in its place. */
		assert_int_equal(before.st_ino, after.st_ino);
		assert_int_equal(before.st_mtime, after.st_mtime);
	}
}

#endif
