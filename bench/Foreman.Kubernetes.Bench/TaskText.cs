using System.Globalization;
using System.Text;

namespace Foreman.Kubernetes.Bench;

/// <summary>
/// AgenticTasks as kube-apiserver 1.36 sends them: one that was created, placed, claimed and finished was read with
/// <c>kubectl get -o json --show-managed-fields</c>, and only names, ids, versions and prompts differ from one to the next.
/// </summary>
internal static class TaskText
{
    private const string Fields =
        """
        [{"apiVersion":"foreman.llmkube.dev/v1alpha1","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:team":{}}},"f:spec":{".":{},"f:kind":{},"f:payload":{".":{},"f:prompt":{}},"f:placement":{},"f:priority":{},"f:timeoutSeconds":{}}},"manager":"kubectl-client-side-apply","operation":"Update","time":"2026-11-21T10:00:00Z"},{"apiVersion":"foreman.llmkube.dev/v1alpha1","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:assignedNode":{},"f:attempt":{},"f:attempts":{},"f:claim":{".":{},"f:acquiredAt":{},"f:holder":{}},"f:conditions":{".":{},"k:{\"type\":\"Scheduled\"}":{".":{},"f:lastTransitionTime":{},"f:message":{},"f:reason":{},"f:status":{},"f:type":{}},"k:{\"type\":\"Completed\"}":{".":{},"f:lastTransitionTime":{},"f:message":{},"f:reason":{},"f:status":{},"f:type":{}}},"f:phase":{},"f:placement":{},"f:progress":{".":{},"f:turn":{}},"f:startedAt":{}}},"manager":"foreman","operation":"Update","subresource":"status","time":"2026-11-21T10:00:04Z"}]
        """;

    /// <summary>One task as JSON.</summary>
    public static string One(int number, int version)
    {
        var id = number.ToString("x8", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $$$"""
            {"apiVersion":"foreman.llmkube.dev/v1alpha1","kind":"AgenticTask","metadata":{"creationTimestamp":"2026-11-21T10:00:00Z","generation":1,"labels":{"team":"platform"},"managedFields":{{{Fields}}},"name":"fix-issue-{{{number}}}","namespace":"team-a","resourceVersion":"{{{version}}}","uid":"{{id}}-5a2c-4d0e-9f6b-7b1d1f2e3a4c"},"spec":{"kind":"freeform","payload":{"prompt":"Look into ticket {{{number}}}: the report says that a retry is counted twice. Find where, mend it, and write what you found into report-{{{number}}}.md."},"placement":"Auto","priority":{{{number % 10}}},"timeoutSeconds":1800},"status":{"agentGeneration":1,"assignedNode":"studio-{{{number % 100}}}","attempt":1,"attempts":[{"attempt":1,"finishedAt":"2026-11-21T10:00:42Z","node":"studio-{{{number % 100}}}","outcome":"Succeeded","placement":"Node","startedAt":"2026-11-21T10:00:02Z","usage":{"completionTokens":912,"promptTokens":20480,"seconds":40,"turns":7}}],"claim":{"acquiredAt":"2026-11-21T10:00:02Z","holder":"host-{{{number % 100}}}/7f3a"},"conditions":[{"lastTransitionTime":"2026-11-21T10:00:01Z","message":"placed on studio-{{{number % 100}}}","reason":"Placed","status":"True","type":"Scheduled"},{"lastTransitionTime":"2026-11-21T10:00:42Z","message":"GO: mended and told","reason":"Succeeded","status":"True","type":"Completed"}],"model":{"name":"qwen3-coder-30b","server":"llama-server","url":"http://127.0.0.1:8080/v1"},"phase":"Succeeded","placement":"Node","progress":{"completionTokens":912,"promptTokens":20480,"turn":7},"startedAt":"2026-11-21T10:00:02Z","verdict":"GO"}}
            """);
    }

    /// <summary>A list of so many tasks as JSON.</summary>
    /// <param name="from">Number of the first.</param>
    /// <param name="count">How many.</param>
    /// <param name="next">Token of the next page; null on the last.</param>
    public static byte[] List(int from, int count, string? next = null)
    {
        var text = new StringBuilder(count * 3000);
        text.Append($$$"""{"apiVersion":"foreman.llmkube.dev/v1alpha1","kind":"AgenticTaskList","metadata":{"continue":"{{{next}}}","resourceVersion":"1000000"},"items":[""");
        for (var i = 0; i < count; i++)
        {
            text.Append(i == 0 ? "" : ",").Append(One(from + i, from + i + 1));
        }

        return Encoding.UTF8.GetBytes(text.Append("]}").ToString());
    }
}
