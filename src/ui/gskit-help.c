/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What GSKit's commands say about themselves. */
#include "ui/gskit-parts.h"

#include <string.h>

enum { NAME_WIDTH = 24 };

void
gskit_put_version(struct out *out)
{
	out_text(out, "kyman " PACKAGE_VERSION "\n"
		      "GSKit's commands, without IBM's GSKit; FIPS mode: off unless -fips\n");
}

void
gskit_put_usage(struct out *out, const char *object)
{
	size_t count;
	const struct gskit_action *actions = gskit_actions(&count);

	out_text(out, "-Command usage-\n");
	for (size_t i = 0; i < count; i++) {
		if (object && strcmp(actions[i].object, object) != 0)
			continue;
		out_printf(out, "%-10s %-12s %s\n", actions[i].object, actions[i].name,
			   actions[i].summary);
	}
	if (!object)
		out_text(out, "-version               show the version\n"
			      "-help                  show this\n");
	out_printf(out, "%s -ACTION -? shows the options of an action\n",
		   object ? object : "-OBJECT");
}

/* "-sigalg | -sig_alg" */
static void
put_names(struct out *out, const struct gskit_flag_info *info)
{
	struct buf names = BUF_INIT;

	buf_put_text(&names, info->name);
	if (info->alias)
		buf_printf(&names, " | %s", info->alias);
	out_printf(out, "    %-*s", NAME_WIDTH, buf_text(&names));
	buf_release(&names);
}

static void
put_option(struct out *out, const struct gskit_value *v)
{
	const struct gskit_flag_info *info = gskit_flag_info(v->flag);

	put_names(out, info);
	out_printf(out, " %s", v->required ? "Required" : "Optional");
	if (info->values)
		out_printf(out, "  %s", info->values);
	out_text(out, "\n");
}

void
gskit_put_action_usage(struct out *out, const struct gskit_action *action)
{
	out_printf(out, "-Command usage-\n%s %s%s: %s\n", action->object, action->name,
		   action->keyword ? " [all | personal | CA]" : "", action->summary);
	for (const struct gskit_value *v = action->values; v && v->flag != GSKIT_FLAGS; v++) {
		if (!gskit_flag_info(v->flag)->refused)
			put_option(out, v);
	}
	out_printf(out, "    %-*s Optional  [true | false]\n", NAME_WIDTH, "-fips");
}
