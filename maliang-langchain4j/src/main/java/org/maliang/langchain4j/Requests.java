package org.maliang.langchain4j;

import static dev.langchain4j.internal.JsonSchemaElementUtils.toMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.maliang.model.generate.GenerationOptions;
import org.maliang.model.generate.Penalties;
import org.maliang.model.generate.Sampling;
import org.maliang.model.generate.constraint.Grammar;
import org.maliang.tokenizer.chat.Message;

/** Puts LangChain4j's requests into our terms; what cannot be done is an {@link UnsupportedFeatureException}. */
final class Requests {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Requests() {}

    /** Refuses what no model here does, and other models than the one that is loaded. */
    static void require(ChatRequestParameters parameters, String modelName) {
        String named = parameters.modelName();
        if (named != null && !named.equals(modelName)) {
            throw unsupported(
                    "'modelName' parameter \"" + named + "\" (the model in this process is \"" + modelName + "\")");
        }
        if (parameters.toolChoice() != null && parameters.toolChoice() != ToolChoice.AUTO) {
            throw unsupported("ToolChoice." + parameters.toolChoice());
        }
        if (!parameters.toolSpecifications().isEmpty()) {
            throw unsupported("calling of tools");
        }
    }

    /** A turn, for the chat template. */
    static Message turn(ChatMessage message) {
        if (message instanceof SystemMessage system) {
            return Message.of("system", system.text());
        }
        if (message instanceof UserMessage user) {
            return Message.of(
                    "user", user.contents().stream().map(Requests::text).collect(Collectors.joining("\n")));
        }
        if (message instanceof AiMessage answer && !answer.hasToolExecutionRequests()) {
            return Message.of("assistant", or(answer.text(), ""));
        }
        throw unsupported("message of type " + message.type() + " with a tool or content of its own");
    }

    private static String text(Content content) {
        if (content instanceof TextContent text) {
            return text.text();
        }
        throw unsupported("content of type " + content.type().toString().toLowerCase(Locale.ROOT));
    }

    /** The options with what the parameters say; sampling stays as it is where they are silent. */
    static GenerationOptions options(GenerationOptions usual, ChatRequestParameters parameters) {
        Sampling sampling = usual.sampling();
        Penalties penalties = usual.penalties();
        GenerationOptions options = usual.withSamples(1)
                .withSampling(new Sampling(
                        or(parameters.temperature(), sampling.temperature()),
                        or(parameters.topK(), sampling.topK()),
                        or(parameters.topP(), sampling.topP()),
                        sampling.minP(),
                        sampling.typicalP()))
                .withPenalties(new Penalties(
                        penalties.logitBias(),
                        penalties.repetition(),
                        or(parameters.presencePenalty(), penalties.presence()),
                        or(parameters.frequencyPenalty(), penalties.frequency()),
                        penalties.noRepeatNgram()));
        if (parameters.maxOutputTokens() != null) {
            int most = parameters.maxOutputTokens();
            options = options.withMinTokens(0).withMaxTokens(most).withMinTokens(Math.min(most, usual.minTokens()));
        }
        return parameters.stopSequences().isEmpty() ? options : options.withStop(parameters.stopSequences());
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }

    /** The shape that the answer must have; empty where any will do. */
    static Optional<Grammar> grammar(@Nullable ResponseFormat format) {
        if (format == null || format.type() == ResponseFormatType.TEXT) {
            return Optional.empty();
        }
        if (format.jsonSchema() == null) {
            return Optional.of(Grammar.json());
        }
        JsonNode schema = JSON.valueToTree(toMap(format.jsonSchema().rootElement()));
        return Optional.of(Grammar.jsonSchema(schema));
    }

    static UnsupportedFeatureException unsupported(String what) {
        return new UnsupportedFeatureException(what + " is not supported by this model");
    }
}
