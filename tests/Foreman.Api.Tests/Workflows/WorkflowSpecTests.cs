using System.Text.Json;

namespace Foreman.Api.Tests.Workflows;

public sealed class WorkflowSpecTests
{
    [Fact]
    public void A_step_has_every_field_of_a_task_but_those_that_the_Workflow_decides()
    {
        string[] decided = [nameof(AgenticTaskSpec.DependsOn), nameof(AgenticTaskSpec.Suspend), nameof(AgenticTaskSpec.Cancel)];

        Assert.Equal(Fields<AgenticTaskSpec>().Except(decided).Append(nameof(WorkflowStep.Name)).Order(StringComparer.Ordinal), Fields<WorkflowStep>().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_Workflow_is_read_and_written_back_as_it_was()
    {
        const string json = """
            {"apiVersion":"foreman.llmkube.dev/v1alpha1","kind":"Workflow","metadata":{"name":"w"},"spec":{"steps":[{"name":"a","kind":"freeform","payload":{"prompt":"x"},"container":{"image":"i"}}],"timeoutSeconds":60},"status":{"phase":"Running","currentStep":"a","steps":[{"name":"a","task":"w-a","phase":"Dreaming","outputs":{"k":"v"},"outputsRef":{"name":"o"}}]}}
            """;

        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize(json, Workflow.TypeInfo)!, Workflow.TypeInfo));
    }

    private static IEnumerable<string> Fields<T>() => typeof(T).GetProperties().Where(p => p.SetMethod is not null).Select(p => p.Name);
}
