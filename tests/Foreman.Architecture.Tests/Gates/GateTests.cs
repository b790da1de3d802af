using Foreman.Architecture.Tests.Tree;

namespace Foreman.Architecture.Tests.Gates;

/// <summary>A gate that can't fail guards nothing: each is shown a bad sample, and the nearest good one.</summary>
public class GateTests
{
    private const string Code = "src/Foreman.Api/Sample.cs";

    [Theory]
    [InlineData("Foreman.Api", "Foreman.Operator", true)]
    [InlineData("Foreman.Api", "Foreman.Kubernetes", false)]
    [InlineData("Foreman.Kubernetes", "Foreman.Api", true)]
    [InlineData("Foreman.Attic", "Foreman.Api", true)]
    public void An_arrow_that_is_not_in_the_plan_is_found(string from, string to, bool found)
    {
        var project = File($"src/{from}/{from}.csproj", $"""<Project><ItemGroup><ProjectReference Include="../{to}/{to}.csproj" /></ItemGroup></Project>""");

        Assert.Equal(found, ProjectArrows.Violations([project]).Any());
    }

    [Theory]
    [InlineData("src/Foreman.Api/Foreman.Api.csproj", "Some.Package", false)]
    [InlineData("tests/Directory.Build.props", "some.package", false)]
    [InlineData("src/Foreman.Api/Foreman.Api.csproj", "Some.Package.Core", true)]
    [InlineData("docs/page.xml", "Some.Package", true)]
    public void A_package_version_that_no_project_refers_to_is_found(string path, string package, bool found)
    {
        var versions = File("Directory.Packages.props", """<Project><ItemGroup><PackageVersion Include="Some.Package" Version="1.0.0" /></ItemGroup></Project>""");
        var user = File(path, $"""<Project><ItemGroup><PackageReference Include="{package}" /></ItemGroup></Project>""");

        Assert.Equal(found, Packages.Violations([versions, user]).Any());
    }

    [Theory]
    [InlineData("docs/explanation/threat-model.md", "| S1 | a control | policy | `AlarmTests.A_thief_is_heard` |", false)]
    [InlineData("docs/explanation/threat-model.md", "| S1 | a control | policy | `AlarmTests.A_thief_is_seen` |", true)]
    [InlineData("docs/explanation/threat-model.md", "| S1 | a control | policy | the makers' word |", true)]
    [InlineData("docs/explanation/threat-model.md", "| a host | may | not |", false)]
    [InlineData("SECURITY.md", "| A host | by a policy | `AlarmTests.A_thief_is_heard` |", false)]
    [InlineData("SECURITY.md", "| A host | by a policy |", true)]
    [InlineData("SECURITY.md", "Thieves are heard.", false)]
    public void A_control_that_no_test_holds_is_found(string page, string line, bool found)
    {
        var test = File("tests/Foreman.Api.Tests/AlarmTests.cs", "class AlarmTests { public void A_thief_is_heard() { } }");

        Assert.Equal(found, Controls.Violations([File(page, line), test]).Any());
    }

    [Theory]
    [InlineData(Code, Sizes.FileLines, false)]
    [InlineData(Code, Sizes.FileLines + 1, true)]
    [InlineData("tests/Foreman.Api.Tests/SampleTests.cs", Sizes.TestFileLines, false)]
    [InlineData("tests/Foreman.Api.Tests/SampleTests.cs", Sizes.TestFileLines + 1, true)]
    public void A_file_that_is_too_long_is_found(string path, int lines, bool found) =>
        Assert.Equal(found, Sizes.LongFiles([File(path, Repeat("// line\n", lines))]).Any());

    [Theory]
    [InlineData("class C { void M() {\n", Sizes.MethodLines - 1, "} }", false)]
    [InlineData("class C { void M() {\n", Sizes.MethodLines, "} }", true)]
    [InlineData("class C { C() {\n", Sizes.MethodLines, "} }", true)]
    [InlineData("class C { int P { get {\n", Sizes.MethodLines, "} } }", true)]
    [InlineData("void Local() {\n", Sizes.MethodLines, "}", true)]
    public void A_method_that_is_too_long_is_found(string before, int lines, string after, bool found) =>
        Assert.Equal(found, Sizes.LongMethods([File(Code, before + Repeat("//\n", lines - 1) + after)]).Any());

    [Theory]
    [InlineData("class C { void M(int a, int b, int c, int d, int e, int f, int g) { } }", false)]
    [InlineData("class C { void M(int a, int b, int c, int d, int e, int f, int g, int h) { } }", true)]
    [InlineData("record R(int A, int B, int C, int D, int E, int F, int G, int H);", true)]
    [InlineData("class C(int a, int b, int c, int d, int e, int f, int g, int h);", true)]
    public void A_parameter_list_that_is_too_long_is_found(string code, bool found) =>
        Assert.Equal(found, Sizes.LongParameterLists([File(Code, code)]).Any());

    [Theory]
    [InlineData("tests/Foreman.Api.Tests/Fences/FenceTests.cs", false)]
    [InlineData("tests/Foreman.Api.Tests/FenceTests.cs", true)]
    [InlineData("tests/Foreman.Api.Tests/Fences/OtherTests.cs", true)]
    [InlineData("tests/Foreman.Api.Tests/Scenarios/OtherTests.cs", false)]
    public void A_test_that_lies_elsewhere_than_its_source_is_found(string test, bool found) =>
        Assert.Equal(found, Mirror.Violations([File("src/Foreman.Api/Fences/Fence.cs", ""), File(test, "")]).Any());

    [Theory]
    [InlineData("Thread.Sleep(10);", true)]
    [InlineData("await Task.Delay(100);", true)]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(1));", true)]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(1), clock);", false)]
    [InlineData("await Task.Delay(Timeout.Infinite, cancellationToken);", false)]
    public void A_sleep_in_a_test_is_found(string code, bool found) =>
        Assert.Equal(found, Waits.Sleeps([File("tests/Foreman.Api.Tests/SampleTests.cs", code)]).Any());

    [Theory]
    [InlineData("// TO" + "DO: more", true)]
    [InlineData("throw new NotImplemented" + "Exception();", true)]
    [InlineData("// good enough for" + " now", true)]
    [InlineData("// the todo list of a user", false)]
    public void A_mark_of_unfinished_work_is_found(string text, bool found) =>
        Assert.Equal(found, Words.UnfinishedWork([File(Code, text)]).Any());

    [Theory]
    [InlineData("cd /ro" + "ot/src", true)]
    [InlineData("cd ~/src", false)]
    [InlineData("GET /workloads/x", false)]
    public void A_path_of_somebodys_machine_is_found(string text, bool found) =>
        Assert.Equal(found, Words.MachinePaths([File("docs/page." + "md", text)]).Any());

    [Theory]
    [InlineData("namespace Foreman.Kubernetes;", false)]
    [InlineData("using Foreman.Api;", true)]
    [InlineData("/// Keeps the FleetNode.", true)]
    public void A_word_of_the_product_in_the_library_is_found(string text, bool found) =>
        Assert.Equal(found, Words.ProductWordsInTheLibrary([File("src/Foreman.Kubernetes/X.cs", text)]).Any());

    [Theory]
    [InlineData("docs/page.md", true)]
    [InlineData(".ci/lib", false)]
    public void A_path_that_leaves_the_tree_is_found(string path, bool found) =>
        Assert.Equal(found, Words.PathsOutside([File(path, "see ../" + "shared/tools")]).Any());

    [Theory]
    [InlineData("see docs/other." + "md", true)]
    [InlineData("see docs/page." + "md", false)]
    [InlineData("all of *." + "md", false)]
    public void A_document_that_is_named_and_not_there_is_found(string text, bool found) =>
        Assert.Equal(found, Words.MissingDocuments([File("docs/page." + "md", text)]).Any());

    [Theory]
    [InlineData("0001-one-thing", 30, false)]
    [InlineData("0001-one-thing", 31, true)]
    [InlineData("one-thing", 3, true)]
    [InlineData("0002-another", 3, true)]
    public void A_decision_record_that_is_long_or_ill_named_is_found(string name, int lines, bool found)
    {
        var taken = File("docs/decisions/0002-second." + "md", "# Second");

        Assert.Equal(found, Decisions.Violations([taken, File($"docs/decisions/{name}." + "md", Repeat("line\n", lines))]).Any());
    }

    [Theory]
    [InlineData("[LoggerMessage(2, LogLevel.Debug, \"b\")]", false)]
    [InlineData("[LoggerMessage(1, LogLevel.Debug, \"b\")]", true)]
    [InlineData("[LoggerMessage(Level = LogLevel.Debug, EventId = 1, Message = \"b\")]", true)]
    public void A_log_event_id_that_is_used_twice_is_found(string second, bool found) =>
        Assert.Equal(found, LogEvents.Violations([File("src/Foreman.X/A.cs", "[LoggerMessage(EventId = 1, Message = \"a\")]"), File("src/Foreman.X/B.cs", second)]).Any());

    [Fact]
    public void A_log_event_id_may_be_used_in_two_assemblies() =>
        Assert.Empty(LogEvents.Violations([File("src/Foreman.X/A.cs", "[LoggerMessage(EventId = 1)]"), File("src/Foreman.Y/A.cs", "[LoggerMessage(EventId = 1)]")]));

    [Theory]
    [InlineData("class Program { Watch w; }", "Extra,Lonely")]
    [InlineData("class Program { void Go(object o) => o.Extend(); }", "Lonely,Watch,WatchEvent")]
    public void A_public_type_of_the_library_without_a_user_is_found(string program, string unused)
    {
        var library = File(
            "src/Foreman.Kubernetes/X.cs",
            "public class Watch { public WatchEvent Next() => null; } public record WatchEvent; public class Lonely; internal class Inner; public static class Extra { public static void Extend(this object o) { } }");

        Assert.Equal(unused.Split(','), LibrarySurface.Unused([library, File("src/Foreman.Agent/P.cs", program)]));
    }

    [Fact]
    public void A_row_for_a_type_that_is_used_is_found() =>
        Assert.Single(LibrarySurface.Violations([File("src/Foreman.Kubernetes/X.cs", "public class A;"), File("src/Foreman.Agent/P.cs", "class P { A a; }")], new Dictionary<string, string> { ["A"] = "Jobs" }));

    [Theory]
    [InlineData("src/Foreman.Runner/X.cs", "t.Placement == Placement.Node", true)]
    [InlineData("src/Foreman.Runner/X.cs", "t.Placement ?? Api.Placement.Operator", true)]
    [InlineData("src/Foreman.Scheduling/X.cs", "OperatorPlacement.Instance.Check(d, n)", true)]
    [InlineData("src/Foreman.Scheduling/X.cs", "t.Placement == Placement.Auto", false)]
    [InlineData("src/Foreman.Runner/X.cs", "t.Placement == options.Placement", false)]
    [InlineData("src/Foreman.Scheduling/Placing/X.cs", "t.Placement == Placement.Node", false)]
    [InlineData("tests/Foreman.Runner.Tests/X.cs", "t.Placement == Placement.Node", false)]
    public void A_placement_that_is_named_elsewhere_is_found(string path, string code, bool found) =>
        Assert.Equal(found, PlacementNames.Violations([File(path, $"class C {{ object M() => {code}; }}")]).Any());

    private static SourceFile File(string path, string text) => new(path, text);

    private static string Repeat(string line, int times) => string.Concat(Enumerable.Repeat(line, times));
}
