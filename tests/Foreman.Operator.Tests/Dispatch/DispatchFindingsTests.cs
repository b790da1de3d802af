using System.Text.Json.Nodes;
using Foreman.Operator.Dispatch;

namespace Foreman.Operator.Tests.Dispatch;

public class DispatchFindingsTests
{
    [Fact]
    public void A_finding_is_shown_with_its_place_and_without_control_characters() => Assert.Equal(
        ["  blocker calc.py:2 add\\u001b[2J subtracts", "  minor calc.py no test", "  outside is nobody's"],
        DispatchFindings.Lines(DispatchEndTests.Done(new JsonObject
        {
            ["findings"] = new JsonArray(
                new JsonObject { ["severity"] = "blocker", ["file"] = "calc.py", ["line"] = 2, ["message"] = "add\u001b[2J subtracts" },
                new JsonObject { ["severity"] = "minor", ["file"] = "calc.py", ["line"] = "x", ["message"] = "no test" },
                "no finding",
                new JsonObject { ["rule"] = "outside", ["message"] = "is nobody's" }),
        })));

    [Fact]
    public void Of_many_findings_the_first_are_shown_and_the_rest_is_counted()
    {
        JsonNode[] many = [.. Enumerable.Range(1, 23).Select(i => (JsonNode)new JsonObject { ["severity"] = "minor", ["file"] = "a", ["line"] = i, ["message"] = "m" })];

        var lines = DispatchFindings.Lines(DispatchEndTests.Done(new JsonObject { ["findings"] = new JsonArray(many) })).ToArray();

        Assert.Equal(21, lines.Length);
        Assert.Equal(("  minor a:20 m", "  … and 3 more"), (lines[19], lines[20]));
    }

    [Fact]
    public void A_result_without_findings_has_no_lines() => Assert.Empty(DispatchFindings.Lines(DispatchEndTests.Done(new JsonObject { ["findings"] = "none" })));
}
