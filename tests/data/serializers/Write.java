// Writes every body of stdin (a line each) in the ways of Java: number, writer and bytes in base64, a line each.
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

public class Write {
    private static int number = 0;

    private static void show(String name, String written) {
        show(name, written.getBytes(StandardCharsets.UTF_8));
    }

    private static void show(String name, byte[] written) {
        System.out.println(number + "\t" + name + "\t" + Base64.getEncoder().encodeToString(written));
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String text = in.readLine(); text != null; text = in.readLine(), number++) {
            Object map = new Gson().fromJson(text, Object.class);
            show("Gson tree", new Gson().toJson(JsonParser.parseString(text)));
            show("Gson tree toString", JsonParser.parseString(text).toString());
            show("Gson map", new Gson().toJson(map));
            show("Gson tree serializeNulls", new GsonBuilder().serializeNulls().create().toJson(JsonParser.parseString(text)));
            show("Gson tree disableHtmlEscaping", new GsonBuilder().disableHtmlEscaping().create().toJson(JsonParser.parseString(text)));
            show("Gson tree pretty", new GsonBuilder().setPrettyPrinting().create().toJson(JsonParser.parseString(text)));
            ObjectMapper mapper = new ObjectMapper();
            Map<?, ?> linked = mapper.readValue(text, LinkedHashMap.class);
            show("Jackson tree", mapper.writeValueAsString(mapper.readTree(text)));
            show("Jackson map", mapper.writeValueAsString(linked));
            show("Jackson pretty", mapper.writerWithDefaultPrettyPrinter().writeValueAsString(linked));
            ObjectMapper sorted = new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);
            show("Jackson ORDER_MAP_ENTRIES_BY_KEYS", sorted.writeValueAsString(linked));
            ObjectMapper ascii = new ObjectMapper();
            ascii.getFactory().configure(JsonGenerator.Feature.ESCAPE_NON_ASCII, true);
            show("Jackson ESCAPE_NON_ASCII", ascii.writeValueAsString(linked));
            ObjectMapper full = new ObjectMapper();
            full.setDefaultPropertyInclusion(
                JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL));
            show("Jackson NON_NULL", full.writeValueAsString(linked));
            show("Map.toString", linked.toString());
            show("Arrays.toString bytes", Arrays.toString(text.getBytes(StandardCharsets.UTF_8)));
            show("getBytes ISO_8859_1", text.getBytes(StandardCharsets.ISO_8859_1));
            show("getBytes US_ASCII", text.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
