namespace Equipoise.Report.Page;

/// <summary>The frame of every page: head, style, heading, foot, script.</summary>
internal static class PageShell
{
    public static string Write(string title, string sentence, Action<Markup> content)
    {
        var to = new Markup();
        to.Raw("<!DOCTYPE html>\n");
        using (to.In("html", ("lang", "en")))
        {
            Head(to, title, sentence);
            using var body = to.In("body");
            to.Add("a", "Skip to the results", ("class", "skip"), ("href", "#results"));
            using (to.In("header"))
            {
                to.Add("p", "Equipoise report", ("class", "mark"));
                to.Add("h1", title);
                if (sentence.Length > 0) to.Add("p", sentence, ("class", "sentence"));
            }

            using (to.In("main", ("id", "results"))) content(to);
            to.Line();
            to.Add("footer", "Made by Equipoise from the run logs alone. Accuracies are in percent; selection was on val.");
            using (to.In("script")) to.Raw(Resource("hover.js"));
        }

        return to + "\n";
    }

    private static void Head(Markup to, string title, string sentence)
    {
        using var head = to.In("head");
        to.Void("meta", ("charset", "utf-8"));
        to.Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        to.Void("meta", ("name", "color-scheme"), ("content", "light dark"));
        to.Void("meta", ("name", "description"), ("content", sentence.Length > 0 ? sentence : title));
        to.Add("title", title + " · Equipoise");
        using (to.In("style")) to.Raw(Resource("style.css"));
    }

    private static string Resource(string name)
    {
        using var stream = typeof(PageShell).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return "\n" + reader.ReadToEnd();
    }
}
