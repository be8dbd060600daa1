package org.maliang.serve.openai;

import java.util.List;
import org.maliang.model.generate.GenerationOptions;

/**
 * Texts that a client asks for.
 *
 * @param prompts what the model reads; each is continued as often as there are samples
 * @param shown what the client knows as the prompt, for {@code echo}; one a prompt
 * @param options how to write
 * @param writes whether anything is written; else the prompts are only scored
 * @param alternatives how many tokens to name beside every chosen one; below 0 no scores are wanted
 * @param echo whether answers begin with the prompt
 * @param stream whether the answer comes piece by piece
 * @param usage whether a stream ends with how many tokens there were
 * @param votes how many answers are counted to find the most frequent; 0 for none
 */
record Ask(
        List<String> prompts,
        List<String> shown,
        GenerationOptions options,
        boolean writes,
        int alternatives,
        boolean echo,
        boolean stream,
        boolean usage,
        int votes) {

    /** How many texts the answer holds. */
    int texts() {
        return prompts.size() * options.samples();
    }
}
