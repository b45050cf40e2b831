# SPDX-License-Identifier: GPL-3.0-or-later
# The manual.
dist_man_MANS += %D%/kyman.1
dist_man_MANS += %D%/kyman-formats.5
dist_man_MANS += %D%/kyman-gskit.1
dist_man_MANS += %D%/kyman-gskkyman.1
dist_man_MANS += %D%/kyman-menu.1
