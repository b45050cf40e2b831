/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which way in: by the name that the program is called under, or by its first word. */
#include "ui/front.h"

#include "base/env.h"
#include "base/fs.h"
#include "base/text.h"
#include "ui/gskit.h"
#include "ui/gskkyman.h"
#include "ui/menu.h"
#include "ui/words.h"

#include <string.h>
#include <unistd.h>

/* The printers: large, so they are not on every function's stack. */
struct printer {
	struct out out;
	struct out notes;
	struct view view;
};

struct front {
	const char *const *names; /* of the program; NULL-terminated */
	const char *const *words; /* the first argument; NULL-terminated */
	enum rc (*run)(struct view *v, int argc, char *const *argv, enum rc *status,
		       struct err *err);
};

static enum rc
run_version(struct view *v, int argc, char *const *argv, enum rc *status, struct err *err)
{
	struct result result = RESULT_INIT;
	enum rc rc;

	*status = RC_OK;
	if (argc > 2 && strcmp(argv[2], "--json") != 0)
		return err_set(err, RC_USAGE, "'%s' is too much: kyman --version", ESC(argv[2]));
	result.kind = RESULT_TEXT;
	buf_put_text(&result.text, "kyman " PACKAGE_VERSION "\n");
	rc = buf_rc(&result.text);
	if (!rc && v->json)
		view_json(v, &result);
	else if (!rc)
		view_text(v, &result);
	result_release(&result);
	return err_default(err, rc);
}

/* Without a flag the name is that of the menus. */
static enum rc
run_gskkyman(struct view *v, int argc, char *const *argv, enum rc *status, struct err *err)
{
	if (argc < 2 || strcmp(argv[1], "menu") == 0)
		return menu_run(v, argc, argv, status, err);
	return gskkyman_run(v, argc, argv, status, err);
}

static const char *const none[] = { NULL };
static const char *const gskit_names[] = { "runmqakm",    "gskcapicmd",
					   "gsk8capicmd", "gsk8capicmd_64",
					   "gsk7capicmd", "gsk9certutil_64",
					   NULL };
static const char *const gskit_words[] = { "-keydb",  "-cert",    "-certreq", "-secretkey",
					   "-random", "-version", "-fips",    NULL };
static const char *const gskkyman_names[] = { "gskkyman", NULL };
static const char *const gskkyman_words[] = { "-dc", "-dcv", "-dk", "-e",  "-g",  "-i",
					      "-s",  "-k",   "-l",  "-p",  "-x",  "-t",
					      "-cr", "-ct",  "-ca", "-ic", "-kt", NULL };
static const char *const menu_words[] = { "menu", NULL };
static const char *const version_words[] = { "--version", NULL };

static const struct front fronts[] = {
	{ gskit_names, gskit_words, gskit_run },
	{ gskkyman_names, gskkyman_words, run_gskkyman },
	{ none, menu_words, menu_run },
	{ none, version_words, run_version },
};

static bool
is_in(const char *const *list, const char *word)
{
	for (; *list; list++) {
		if (strcmp(*list, word) == 0)
			return true;
	}
	return false;
}

static const struct front *
find_front(int argc, char *const *argv)
{
	static const struct front words = { none, none, words_run };
	static const struct front menus = { none, none, menu_run };
	const char *name = fs_base_name(argc ? argv[0] : "kyman");

	for (size_t i = 0; i < ARRAY_SIZE(fronts); i++) {
		if (is_in(fronts[i].names, name))
			return &fronts[i];
	}
	for (size_t i = 0; argc > 1 && i < ARRAY_SIZE(fronts); i++) {
		if (is_in(fronts[i].words, argv[1]))
			return &fronts[i];
	}
	return argc > 1 ? &words : &menus;
}

/* Colour for a terminal that has it, unless the environment says no. */
static bool
wants_color(FILE *file)
{
	const char *no = env_get("NO_COLOR");
	const char *term = env_get("TERM");

	return isatty(fileno(file)) && !(no && *no) && term && strcmp(term, "dumb") != 0;
}

static void
start(struct printer *p, int argc, char *const *argv)
{
	out_start(&p->out, stdout);
	out_start(&p->notes, stderr);
	p->out.color = wants_color(stdout);
	p->notes.color = wants_color(stderr);
	p->view = (struct view){
		.out = &p->out,
		.notes = &p->notes,
		.json = scan_has(argc, argv, "--json"),
		.last = true,
	};
}

static void
print_error(const struct view *v, const struct err *err)
{
	if (v->json)
		view_json_error(v, err);
	else
		view_text_error(v, err);
}

/* What was done stays done though it cannot be told. */
static enum rc
finish(const struct view *v, struct err *err)
{
	enum rc rc = out_finish(v->out, err);

	if (!rc || !v->changed)
		return rc;
	rc = err_set(err, RC_OUTPUT, "the database was changed, but this cannot be told: %s",
		     err->message);
	return rc;
}

int
front_run(int argc, char **argv)
{
	struct err err = ERR_INIT;
	enum rc status = RC_OK;
	struct printer p;
	enum rc late;
	enum rc rc;

	start(&p, argc, argv);
	rc = find_front(argc, argv)->run(&p.view, argc, argv, &status, &err);
	if (rc)
		print_error(&p.view, &err);
	late = finish(&p.view, &err);
	if (late && !rc)
		print_error(&p.view, &err);
	out_flush(&p.notes);
	if (!rc && !late && p.view.exit)
		return p.view.exit;
	return rc_status(rc ? rc : late ? late : status);
}
