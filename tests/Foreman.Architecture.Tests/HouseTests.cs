using Foreman.Architecture.Tests.Gates;
using Foreman.Architecture.Tests.Tree;

namespace Foreman.Architecture.Tests;

/// <summary>The rules of the house, held against the tree. That each gate can fail is shown in the tests of the gates.</summary>
public class HouseTests(ITestOutputHelper output)
{
    /// <summary>Public types of the Kubernetes library that no program uses yet, and who will. The list may only shrink.</summary>
    private static readonly Dictionary<string, string> ComingUsers = new()
    {
        ["EventFilters"] = "Jobs",
        ["OperatorRegistrationException"] = "Jobs",
        ["WorkQueuePriority"] = "Jobs",
        ["ConflictRetry"] = "user deployments",
        ["ConflictRetryOptions"] = "user deployments",
        ["ApiRequest"] = "requests that were recorded or are sent again",
        ["RequestBuilder"] = "requests that were recorded or are sent again",
        ["ResourceVersionMatches"] = "Jobs",
        ["WatchEvents"] = "Jobs",
        ["SuspendAwareTimeProvider"] = "hosts that sleep",
    };

    [Fact]
    public void Arrows_between_projects_run_one_way() => Holds(ProjectArrows.Violations(SourceTree.Files));

    [Fact]
    public void Every_package_that_has_a_version_is_referred_to() => Holds(Packages.Violations(SourceTree.Files));

    [Fact]
    public void No_file_is_too_long() => Holds(Sizes.LongFiles(SourceTree.CSharp));

    [Fact]
    public void No_method_is_too_long() => Holds(Sizes.LongMethods(SourceTree.CSharp));

    [Fact]
    public void No_parameter_list_is_too_long() => Holds(Sizes.LongParameterLists(SourceTree.CSharp));

    [Fact]
    public void Tests_sit_where_their_source_sits() => Holds(Mirror.Violations(SourceTree.Files));

    [Fact]
    public void No_test_sleeps() => Holds(Waits.Sleeps(SourceTree.Files));

    [Fact]
    public void No_work_is_left_unfinished_in_the_tree() => Holds(Words.UnfinishedWork(SourceTree.Files));

    [Fact]
    public void No_file_names_a_path_of_somebodys_machine() => Holds(Words.MachinePaths(SourceTree.Files));

    [Fact]
    public void No_file_leans_on_what_lies_outside_the_tree() => Holds(Words.PathsOutside(SourceTree.Files));

    [Fact]
    public void The_kubernetes_library_knows_nothing_of_the_product() => Holds(Words.ProductWordsInTheLibrary(SourceTree.Files));

    [Fact]
    public void Every_document_that_is_named_exists() => Holds(Words.MissingDocuments(SourceTree.Files));

    [Fact]
    public void Decision_records_are_short_and_numbered() => Holds(Decisions.Violations(SourceTree.Files));

    [Fact]
    public void What_is_said_of_security_is_held_by_tests() => Holds(Controls.Violations(SourceTree.Files));

    [Fact]
    public void Log_event_ids_are_unique_within_an_assembly() => Holds(LogEvents.Violations(SourceTree.Files));

    [Fact]
    public void Every_public_type_of_the_kubernetes_library_has_a_user_or_a_coming_one() => Holds(LibrarySurface.Violations(SourceTree.Files, ComingUsers));

    [Fact]
    public void A_placement_is_named_by_its_halves_and_its_program_only() => Holds(PlacementNames.Violations(SourceTree.Files));

    [Fact]
    public void The_median_source_file_is_short()
    {
        var lengths = SourceTree.Under("src/").Where(f => f.IsCSharp).Select(f => f.Lines.Count).Order().ToList();

        var median = lengths[lengths.Count / 2];
        output.WriteLine($"{lengths.Count} source files, {lengths.Sum()} lines: median {median}, nine in ten ≤ {lengths[lengths.Count * 9 / 10]}, longest {lengths[^1]}");
        Assert.InRange(median, 1, 100);
    }

    private static void Holds(IEnumerable<string> violations)
    {
        var found = violations.ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }
}
