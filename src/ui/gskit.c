/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How one of GSKit's command lines runs: passwords out of argv first, then object and action by
 * their places, then options in any order. */
#include "ui/gskit.h"

#include "base/text.h"
#include "ui/ask.h"
#include "ui/gskit-parts.h"

#include <string.h>

enum { SCAN_MAX = 2 * GSKIT_FLAGS };

/* --- Passwords --- */

/* Takes what stands behind a password's option, and wipes it where it stands: what is in argv is
 * what the system shows everybody. An option there means that the password is missing. */
static enum rc
take_password(struct gskit *g, enum gskit_flag flag, char *text, struct err *err)
{
	enum rc rc = RC_OK;

	if (!g->secrets[flag])
		rc = err_default(err, secret_from(&g->secrets[flag], span_text(text)));
	explicit_bzero(text, strlen(text));
	return rc;
}

static enum rc
take_passwords(struct gskit *g, int argc, char *const *argv, struct err *err)
{
	enum gskit_flag flag;
	enum rc rc = RC_OK;
	enum rc one;

	for (int i = 1; i + 1 < argc; i++) {
		flag = gskit_flag_find(argv[i]);
		if (flag == GSKIT_FLAGS || !gskit_flag_info(flag)->is_secret ||
		    gskit_flag_find(argv[i + 1]) != GSKIT_FLAGS)
			continue;
		one = take_password(g, flag, argv[++i], err);
		rc = rc ? rc : one;
	}
	return rc;
}

/* --- Object and action --- */

static enum rc
take_fips(struct gskit *g, const char *value, struct err *err)
{
	bool yes = !*value || strcmp(value, "true") == 0 || strcmp(value, "yes") == 0;

	g->fips = yes;
	if (yes || strcmp(value, "false") == 0 || strcmp(value, "no") == 0)
		return RC_OK;
	(void)err_set(err, RC_USAGE, "-fips takes true or false, not '%s'", ESC(value));
	return gskit_refuse(g, GSKIT_ARGUMENTS, RC_USAGE, err);
}

static bool
is_help(const char *word)
{
	return strcmp(word, "-?") == 0 || strcmp(word, "-help") == 0 || strcmp(word, "--help") == 0;
}

/* Where the object stands: behind -fips, which may come first. */
static enum rc
find_object(struct gskit *g, int argc, char *const *argv, int *at, struct err *err)
{
	const char *value = "";

	*at = 1;
	if (argc < 2 || strcmp(argv[1], "-fips") != 0)
		return RC_OK;
	*at = 2;
	if (argc > 2 && argv[2][0] != '-') {
		value = argv[2];
		*at = 3;
	}
	g->values[GSKIT_FIPS] = value;
	return take_fips(g, value, err);
}

static const struct gskit_action *
find_action(const char *object, const char *name)
{
	size_t count;
	const struct gskit_action *actions = gskit_actions(&count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(actions[i].object, object) == 0 && strcmp(actions[i].name, name) == 0)
			return &actions[i];
	}
	return NULL;
}

static enum rc
no_object(struct gskit *g, const char *word, struct err *err)
{
	if (word) {
		(void)err_set(err, RC_USAGE, "'%s' is no object", ESC(word));
		(void)err_hint(
		    err, "objects are -keydb, -cert, -certreq, -secretkey, -random; -version and "
			 "-help stand alone");
	} else {
		(void)err_set(err, RC_USAGE, "it is not said what to do: -OBJECT -ACTION");
		(void)err_hint(err, "-help shows all");
	}
	return gskit_refuse(g, GSKIT_NO_OBJECT, RC_USAGE, err);
}

static enum rc
no_action(struct gskit *g, const char *object, const char *word, struct err *err)
{
	static const struct {
		const char *object;
		int code;
	} codes[] = {
		{ "-keydb", GSKIT_NO_KEYDB_ACTION },
		{ "-cert", GSKIT_NO_CERT_ACTION },
		{ "-certreq", GSKIT_NO_CERTREQ_ACTION },
		{ "-random", GSKIT_NO_RANDOM_ACTION },
	};
	int code = GSKIT_ARGUMENTS;

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		if (strcmp(codes[i].object, object) == 0)
			code = codes[i].code;
	}
	if (word)
		(void)err_set(err, RC_USAGE, "'%s' is no action of %s", ESC(word), object);
	else
		(void)err_set(err, RC_USAGE, "%s what? An action is missing", object);
	(void)err_hint(err, "%s -? shows its actions", object);
	return gskit_refuse(g, code, RC_USAGE, err);
}

/* --- Options --- */

static size_t
fill_options(struct scan_option options[SCAN_MAX])
{
	size_t count = 0;

	for (int i = 0; i < GSKIT_FLAGS; i++) {
		const struct gskit_flag_info *info = gskit_flag_info((enum gskit_flag)i);

		options[count++] = (struct scan_option){ info->name, info->arity, i };
		if (info->alias)
			options[count++] = (struct scan_option){ info->alias, info->arity, i };
	}
	return count;
}

static enum rc
take_word(struct gskit *g, const struct scan_item *item, struct err *err)
{
	if (g->action->keyword && item->position == 1) {
		g->keyword = item->value;
		return RC_OK;
	}
	return err_set(err, RC_USAGE, "'%s' is neither an option nor the value of one",
		       ESC(item->value));
}

static enum rc
take_item(struct gskit *g, const struct scan_item *item, struct err *err)
{
	const struct gskit_flag_info *info;

	if (item->id == SCAN_WORD)
		return take_word(g, item, err);
	info = gskit_flag_info((enum gskit_flag)item->id);
	if (g->values[item->id])
		return err_set(err, RC_USAGE, "%s is there twice", item->name);
	/* A password may be empty, and is once it was taken. */
	if (item->value && !*item->value && !info->is_secret)
		return err_set(err, RC_USAGE, "%s needs a value, not an empty one", item->name);
	g->values[item->id] = item->value ? item->value : "";
	if (item->id == GSKIT_HELP)
		g->help = true;
	return item->id == GSKIT_FIPS ? take_fips(g, g->values[item->id], err) : RC_OK;
}

/* argv[0] is the action. */
static enum rc
read_options(struct gskit *g, int argc, char *const *argv, struct err *err)
{
	struct scan_option options[SCAN_MAX];
	struct scan_item item;
	struct scan scan;
	enum rc rc;

	scan_start(&scan, options, fill_options(options), argc, argv);
	while (!(rc = scan_next(&scan, &item, err))) {
		rc = take_item(g, &item, err);
		if (rc)
			break;
	}
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	return gskit_refuse(g, GSKIT_ARGUMENTS, rc, err);
}

static bool
takes(const struct gskit_action *action, enum gskit_flag flag)
{
	const struct gskit_value *value = action->values;

	if (flag == GSKIT_FIPS || flag == GSKIT_HELP)
		return true;
	while (value && value->flag != GSKIT_FLAGS && value->flag != flag)
		value++;
	return value && value->flag == flag;
}

static enum rc
check_options(struct gskit *g, struct err *err)
{
	for (int i = 0; i < GSKIT_FLAGS; i++) {
		const struct gskit_flag_info *info = gskit_flag_info((enum gskit_flag)i);

		if (!g->values[i])
			continue;
		if (info->refused) {
			(void)err_set(err, RC_POLICY, "%s: %s", info->name, info->refused);
			return gskit_refuse(g, info->code, RC_POLICY, err);
		}
		if (takes(g->action, (enum gskit_flag)i))
			continue;
		(void)err_set(err, RC_USAGE, "%s %s takes no %s", g->action->object,
			      g->action->name, info->name);
		(void)err_hint(err, "%s %s -? shows its options", g->action->object,
			       g->action->name);
		return gskit_refuse(g, GSKIT_ARGUMENTS, RC_USAGE, err);
	}
	for (const struct gskit_value *v = g->action->values; v && v->flag != GSKIT_FLAGS; v++) {
		if (!v->required || g->values[v->flag])
			continue;
		(void)err_set(err, RC_USAGE, "%s %s needs %s %s", g->action->object,
			      g->action->name, gskit_flag_info(v->flag)->name,
			      gskit_flag_info(v->flag)->values);
		return gskit_refuse(g, GSKIT_MISSING, RC_USAGE, err);
	}
	return RC_OK;
}

/* --- The run --- */

static enum rc
run_action(struct gskit *g, struct err *err)
{
	struct result result = RESULT_INIT;
	enum rc rc;

	g->op = g->action->op;
	g->session.fips = g->fips;
	rc = gskit_set_values(g, err);
	if (!rc && g->action->run)
		rc = g->action->run(g, err);
	g->session.confines = g->v->last;
	if (!rc && g->op)
		rc = gskit_run_op(g, g->op, &g->args, &result, err);
	if (!rc && g->op && g->action->tell)
		rc = g->action->tell(g, &result, err);
	result_release(&result);
	return rc;
}

/* What stands alone: -version and -help; and which actions there are. True when it was that. */
static bool
run_alone(struct gskit *g, int argc, char *const *argv, int at)
{
	const char *object = at < argc ? argv[at] : "-?";
	const char *action = at + 1 < argc ? argv[at + 1] : NULL;

	if (strcmp(object, "-version") == 0)
		gskit_put_version(g->v->out);
	else if (is_help(object))
		gskit_put_usage(g->v->out, NULL);
	else if (gskit_is_object(object) && action && is_help(action))
		gskit_put_usage(g->v->out, object);
	else
		return false;
	return true;
}

static enum rc
run(struct gskit *g, int argc, char *const *argv, struct err *err)
{
	int at = 1;
	enum rc rc = take_passwords(g, argc, argv, err);

	if (!rc)
		rc = find_object(g, argc, argv, &at, err);
	if (rc || run_alone(g, argc, argv, at))
		return rc;
	if (!gskit_is_object(argv[at]))
		return no_object(g, argv[at], err);
	g->action = at + 1 < argc ? find_action(argv[at], argv[at + 1]) : NULL;
	if (!g->action)
		return no_action(g, argv[at], at + 1 < argc ? argv[at + 1] : NULL, err);
	rc = read_options(g, argc - at - 1, argv + at + 1, err);
	if (!rc && g->help) {
		gskit_put_action_usage(g->v->out, g->action);
		return RC_OK;
	}
	if (!rc)
		rc = check_options(g, err);
	return rc ? rc : run_action(g, err);
}

/* --- Questions --- */

/* The terminal, asked in GSKit's terms. */
struct questions {
	struct ask_tty tty;
	const struct gskit *g;
	const struct asker *inner; /* NULL: nobody to ask */
	struct asker asker;
};

static enum rc
ask_secret(void *self, const struct secret_question *question, struct secret **out, struct err *err)
{
	const struct questions *questions = self;
	const struct asker *inner = questions->inner;
	struct secret_question own = *question;
	struct buf option = BUF_INIT;
	enum rc rc;

	gskit_translate(&option, questions->g, question->option);
	own.option = buf_text(&option);
	rc = err_default(err, buf_rc(&option));
	if (!rc)
		rc = inner->secret(inner->self, &own, out, err);
	buf_release(&option);
	return rc;
}

static enum rc
ask_confirm(void *self, const char *question, bool *yes, struct err *err)
{
	const struct questions *questions = self;

	return questions->inner->confirm(questions->inner->self, question, yes, err);
}

static const struct asker *
questions_open(struct questions *questions)
{
	questions->inner = ask_tty_open(&questions->tty);
	questions->asker = (struct asker){ ask_secret, ask_confirm, questions };
	return questions->inner ? &questions->asker : NULL;
}

/* --- Failures --- */

static void
put_failure(struct gskit *g, const struct err *err)
{
	struct out *notes = g->v->notes;

	out_flush(g->v->out);
	gskit_put_message(notes, g);
	gskit_put_text(notes, g, err->message);
	gskit_put_hint(notes, g, err);
}

static void
release(struct gskit *g)
{
	for (int i = 0; i < GSKIT_FLAGS; i++)
		secret_free(&g->secrets[i]);
	session_close(&g->session);
	args_release(&g->args);
	names_release(&g->kept);
}

enum rc
gskit_run(struct view *v, int argc, char *const *argv, enum rc *status, struct err *err)
{
	struct gskit g = {
		.v = v,
		.session = SESSION_INIT,
		.args = ARGS_INIT,
	};
	struct questions questions = { .tty = { .fd = -1 }, .g = &g };
	enum rc rc;

	v->json = false;
	g.session.keeps = true;
	g.session.asker = questions_open(&questions);
	rc = run(&g, argc, argv, err);
	if (rc) {
		g.code = gskit_code(&g, err);
		put_failure(&g, err);
		v->exit = g.code;
	}
	ask_tty_close(&questions.tty);
	release(&g);
	*status = rc ? RC_FAILED : RC_OK;
	return RC_OK;
}
