package org.maliang.serve.studio;

import com.github.houbb.opencc4j.util.ZhConverterUtil;

/** The two ways of writing Chinese. */
enum Script {
    /** 简体. */
    HANS {
        @Override
        String convert(String text) {
            return ZhConverterUtil.toSimple(text);
        }
    },
    /** 繁體. */
    HANT {
        @Override
        String convert(String text) {
            return ZhConverterUtil.toTraditional(text);
        }
    };

    /** The text in this script, converted word by word. */
    abstract String convert(String text);
}
