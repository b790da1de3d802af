using System.Xml.Linq;
using Foreman.CrdGen;
using Foreman.Kubernetes;
using Foreman.Testing;

namespace Foreman.Api.Tests;

public class CustomResourcesTests
{
    [Fact]
    public void The_definitions_and_the_reference_page_are_what_the_types_say()
    {
        var stale = GeneratedFiles.OutOfDate(RepositoryRoot.Path);

        Assert.True(stale.Count == 0, $"out of date: {string.Join(", ", stale)}; run 'dotnet run --project hack/Foreman.CrdGen -c Release'");
    }

    [Fact]
    public void The_program_carries_the_definition_of_every_kind()
    {
        ResourceType[] kinds =
        [
            FleetNode.Type, AgenticTask.Type, Agent.Type, Workload.Type, AgentRelease.Type, ModelProfile.Type, RunLog.Type, ToolRequest.Type, Workflow.Type,
            TaskSchedule.Type, UserDeployment.Type,
        ];

        Assert.Equal(kinds.Select(k => $"{k.Plural}.{k.Group}").Order(StringComparer.Ordinal), CustomResources.All.Keys);
        foreach (var (name, yaml) in CustomResources.All)
        {
            Assert.Contains($"\n  name: {name}\n", yaml, StringComparison.Ordinal);
            Assert.Equal(File.ReadAllText(RepositoryRoot.At($"{GeneratedFiles.DefinitionsFolder}/{name}.yaml")), yaml);
        }
    }

    [Fact]
    public void A_program_that_installs_no_definition_can_leave_out_every_one()
    {
        using var stream = typeof(CustomResources).Assembly.GetManifestResourceStream("ILLink.Substitutions.xml")!;

        Assert.Equal(
            CustomResources.All.Keys.Select(name => $"crds/{name}").Concat(AdmissionPolicies.All.Keys.Select(name => $"policies/{name}")).Select(name => (name, "remove")),
            XDocument.Load(stream).Descendants("resource").Select(r => ((string)r.Attribute("name")!, (string)r.Attribute("action")!)));
    }

    [Fact]
    public void Generating_twice_gives_the_same_text() => Assert.Equal(GeneratedFiles.Generate(), GeneratedFiles.Generate());

    [Fact]
    public void A_changed_a_missing_and_a_stray_definition_are_named_and_put_right()
    {
        using var root = new TempFolder();
        Assert.Equal(12, GeneratedFiles.Update(root.Path).Count);
        var folder = Path.Combine(root.Path, GeneratedFiles.DefinitionsFolder);
        File.AppendAllText(Path.Combine(folder, "agents.foreman.llmkube.dev.yaml"), "# by hand\n");
        File.Delete(Path.Combine(folder, "workloads.foreman.llmkube.dev.yaml"));
        File.WriteAllText(Path.Combine(folder, "others.yaml"), "");

        string[] wrong = ["agents.foreman.llmkube.dev.yaml", "others.yaml", "workloads.foreman.llmkube.dev.yaml"];
        Assert.Equal(wrong.Select(f => $"{GeneratedFiles.DefinitionsFolder}/{f}"), GeneratedFiles.OutOfDate(root.Path));
        GeneratedFiles.Update(root.Path);
        Assert.Empty(GeneratedFiles.OutOfDate(root.Path));
    }
}
