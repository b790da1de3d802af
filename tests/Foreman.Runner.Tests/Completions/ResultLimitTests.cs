using System.Text;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Runner.Completions;

namespace Foreman.Runner.Tests.Completions;

public sealed class ResultLimitTests
{
    [Fact]
    public void A_small_result_stays_as_it_is()
    {
        var json = ResultLimit.Fit(new ResultEnvelope { Verdict = Verdict.Go, Summary = "done", Extra = new JsonObject { ["turnCount"] = 2 } });
        Assert.Equal("""{"schemaVersion":"foreman.v1","kind":"native-agent-loop","verdict":"GO","summary":"done","extra":{"turnCount":2},"elapsedSec":0}""", json.ToJsonString());
    }

    [Fact]
    public void A_large_result_loses_its_largest_parts_and_says_which()
    {
        var json = ResultLimit.Fit(new ResultEnvelope
        {
            Extra = new JsonObject { ["files"] = new string('f', 50_000), ["modelExtra"] = new string('m', 60_000), ["turnCount"] = 2 },
        });
        Assert.True(Encoding.UTF8.GetByteCount(json.ToJsonString()) <= ResultEnvelope.MaxBytes);
        var extra = json["extra"]!.AsObject();
        Assert.Equal(["files", "turnCount", ResultLimit.LeftOut], extra.Select(p => p.Key));
        Assert.StartsWith("modelExtra:", extra[ResultLimit.LeftOut]![0]!.GetValue<string>(), StringComparison.Ordinal);
    }
}
