package org.maliang.model.ernie;

import org.maliang.model.bert.BertConfig;
import org.maliang.model.bert.BertFamily;

/** ERNIE files (Sun et al., arXiv:1904.09223; ERNIE 3.0 of the sizes up to base): BERT's names below {@code ernie.}. */
public final class ErnieFamily extends BertFamily {

    public ErnieFamily() {
        super("ernie", BertConfig.defaults("ernie", "Ernie"));
    }
}
