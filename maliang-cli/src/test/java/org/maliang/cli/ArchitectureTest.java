package org.maliang.cli;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;
import org.maliang.checkpoint.ModelDirectory;
import org.maliang.model.LanguageModel;
import org.maliang.model.ModelFiles;
import org.maliang.model.Models;
import org.maliang.serve.Server;

/** The arrows of the house: what may know what. */
class ArchitectureTest {
    private static final String TENSOR = "org.maliang.tensor..";
    private static final String SIMD = "org.maliang.simd..";
    private static final DescribedPredicate<JavaClass> DOORS = equivalentTo(Models.class)
            .or(equivalentTo(LanguageModel.class))
            .or(equivalentTo(ModelFiles.class))
            .or(equivalentTo(Server.class))
            .or(simpleName("GenerationDefaults"))
            .or(equivalentTo(ModelDirectory.class))
            .or(equivalentTo(Server.class));
    private static final String[] FAMILIES = {
        "org.maliang.model.albert..",
        "org.maliang.model.bart..",
        "org.maliang.model.bert..",
        "org.maliang.model.blip..",
        "org.maliang.model.bloom..",
        "org.maliang.model.clip..",
        "org.maliang.model.distilbert..",
        "org.maliang.model.electra..",
        "org.maliang.model.ernie..",
        "org.maliang.model.gpt2..",
        "org.maliang.model.gptj..",
        "org.maliang.model.gptneo..",
        "org.maliang.model.gptneox..",
        "org.maliang.model.layoutlmv3..",
        "org.maliang.model.llama..",
        "org.maliang.model.megatronbert..",
        "org.maliang.model.opt..",
        "org.maliang.model.pair..",
        "org.maliang.model.palm..",
        "org.maliang.model.plug..",
        "org.maliang.model.roberta..",
        "org.maliang.model.switchtransformers..",
        "org.maliang.model.t5..",
        "org.maliang.model.vit.."
    };
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.maliang");

    @Test
    void modulesPointDown() {
        ArchRule rule = layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("cli")
                .definedBy("org.maliang.cli..")
                .layer("train")
                .definedBy("org.maliang.train..")
                .layer("serve")
                .definedBy("org.maliang.serve..")
                .layer("pipeline")
                .definedBy("org.maliang.pipeline..")
                .layer("model")
                .definedBy("org.maliang.model..")
                .layer("checkpoint")
                .definedBy("org.maliang.checkpoint..")
                .layer("tokenizer")
                .definedBy("org.maliang.tokenizer..")
                .layer("tensor")
                .definedBy(TENSOR)
                .layer("simd")
                .definedBy(SIMD)
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("train")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("serve")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("pipeline")
                .mayOnlyBeAccessedByLayers("serve", "cli")
                .whereLayer("model")
                .mayOnlyBeAccessedByLayers("pipeline", "train", "serve", "cli")
                .whereLayer("checkpoint")
                .mayOnlyBeAccessedByLayers("model", "pipeline", "train", "serve", "cli")
                .whereLayer("tokenizer")
                .mayOnlyBeAccessedByLayers("model", "pipeline", "train", "serve", "cli")
                .whereLayer("tensor")
                .mayOnlyBeAccessedByLayers("checkpoint", "model", "pipeline", "train", "cli")
                .whereLayer("simd")
                .mayOnlyBeAccessedByLayers("tensor");
        rule.check(HOUSE);
    }

    @Test
    void nothingIsOutsideTheModules() {
        ArchRule rule = classes()
                .should()
                .resideInAnyPackage(
                        "org.maliang.cli..",
                        "org.maliang.train..",
                        "org.maliang.serve..",
                        "org.maliang.pipeline..",
                        "org.maliang.model..",
                        "org.maliang.checkpoint..",
                        "org.maliang.tokenizer..",
                        TENSOR,
                        SIMD);
        rule.check(HOUSE);
    }

    @Test
    void onlyTensorsKnowLibTorch() {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackage(TENSOR)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco..");
        rule.check(HOUSE);
    }

    /** The module is not there unless the JVM is told so. */
    @Test
    void onlySimdKnowsTheVectorApi() {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackage(SIMD)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator..");
        rule.check(HOUSE);
    }

    /** The doors of a module name what lies behind them; nothing else may. */
    @Test
    void packagesAreFreeOfCycles() {
        ArchRule rule =
                slices().matching("org.maliang.(**)").should().beFreeOfCycles().ignoreDependency(DOORS, alwaysTrue());
        rule.check(HOUSE);
    }

    @Test
    void layersKnowNoFamilyAndNoUse() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage("org.maliang.model.layer..")
                .should()
                .dependOnClassesThat(resideInAPackage("org.maliang.model..")
                        .and(resideInAPackage("org.maliang.model.layer..").negate()));
        rule.check(HOUSE);
    }

    @Test
    void familiesKnowLayersAndSkeletonsOnly() {
        ArchRule rule = noClasses()
                .that()
                .resideInAnyPackage(FAMILIES)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.maliang.model.generate..", "org.maliang.model.form..", "org.maliang.tokenizer..");
        rule.check(HOUSE);
    }

    @Test
    void familiesAreKnownToTheirDoorAlone() {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackages(FAMILIES)
                .and()
                .areNotAssignableTo(Models.class)
                .and()
                .resideOutsideOfPackage("org.maliang.model.parity..") // CLIP's pairs are compared as no other model is
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(FAMILIES);
        rule.check(HOUSE);
    }

    @Test
    void verseKnowsNoTensor() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage("org.maliang.model.form..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(TENSOR);
        rule.check(HOUSE);
    }

    @Test
    void onlyCommandsPrint() {
        ArchRule rule =
                noClasses().that().resideOutsideOfPackage("org.maliang.cli..").should(ACCESS_STANDARD_STREAMS);
        rule.check(HOUSE);
    }
}
