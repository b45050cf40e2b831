/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "op/params.h"

#include <string.h>

static const struct param_info table[P_COUNT] = {
#define PARAM(id, kind, flag, value, choices, fallback, help) \
	[id] = { PARAM_##kind, flag, value, choices, fallback, help },
#include "op/params.def"
#undef PARAM
};

const struct param_info *
param_info(enum param p)
{
	return &table[p];
}

enum param
param_by_flag(const char *flag)
{
	for (int p = 0; p < P_COUNT; p++)
		if (strcmp(table[p].flag, flag) == 0)
			return (enum param)p;
	return P_END;
}

const enum param *
params_common(void)
{
	static const enum param common[] = {
		P_DB,   P_PASS,           P_JSON,          P_DRY_RUN, P_YES,   P_FORCE, P_NO_INPUT,
		P_WAIT, P_MAX_ITERATIONS, P_MAX_FILE_SIZE, P_QUIET,   P_COLOR, P_HELP,  P_END,
	};

	return common;
}
